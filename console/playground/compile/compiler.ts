import type { Answer, Question } from '../answer.ts'

/** The compiler in a place of its own, as a `Worker` is. */
export interface CompileWorker {
  ask(question: Question): void
  /** Ends it, whatever it is doing. */
  end(): void
}

/** Why there is no answer. */
export type Trouble = { readonly kind: 'slow' } | { readonly kind: 'failed'; readonly message: string }

export interface CompilerOptions {
  start(on: { answer(answer: Answer): void; failure(message: string): void }): CompileWorker
  /** Runs `then` later and returns what takes that back. */
  after(delayMs: number, then: () => void): () => void
  /** So long may an answer take before the worker is ended. */
  readonly deadlineMs: number
  onAnswer(answer: Answer): void
  onTrouble(trouble: Trouble): void
}

/** Asks a worker one question at a time, the newest next. A worker that takes too long or fails is replaced. */
export class Compiler {
  readonly #options: CompilerOptions
  #worker: CompileWorker | undefined
  /** While an answer is awaited. */
  #stopClock: (() => void) | undefined
  #next: Question | undefined

  constructor(options: CompilerOptions) {
    this.#options = options
  }

  ask(question: Question): void {
    this.#next = question
    if (this.#stopClock === undefined) this.#askNext()
  }

  #askNext(): void {
    const question = this.#next
    this.#next = undefined
    if (question === undefined) return
    this.#worker ??= this.#start()
    const { after, deadlineMs } = this.#options
    this.#stopClock = after(deadlineMs, () => this.#giveUp({ kind: 'slow' }))
    this.#worker.ask(question)
  }

  #start(): CompileWorker {
    return this.#options.start({
      answer: (answer) => {
        this.#done()
        if (this.#next === undefined) this.#options.onAnswer(answer)
        this.#askNext()
      },
      failure: (message) => this.#giveUp({ kind: 'failed', message }),
    })
  }

  #giveUp(trouble: Trouble): void {
    this.#worker?.end()
    this.#worker = undefined
    this.#done()
    if (this.#next === undefined) this.#options.onTrouble(trouble)
    this.#askNext()
  }

  #done(): void {
    this.#stopClock?.()
    this.#stopClock = undefined
  }
}
