import { AfloatError } from '@afloat/report'
import { TextCleaner } from './clean-text.ts'

export type ConsoleLine = { /** Since power-on. */ readonly ms: number; readonly text: string }
export type ConsoleMatch = ConsoleLine & { readonly match: RegExpExecArray }

type Position = { readonly line: number; readonly column: number }

type Waiter = {
  readonly pattern: RegExp
  readonly start: Position
  /** First line to look at, and the column in it. */
  line: number
  column: number
  done(found: ConsoleMatch): void
  failed(error: AfloatError): void
}

/** Matches nothing. */
const noPattern = /(?!)/

/** How long after a line that means failure its explanation may still come. */
const explanationMs = 1000

/**
 * The serial console of one machine: its lines with the time they began, and waiting for what they say.
 * Patterns are matched within a line, and in the last line also while it is unfinished (a prompt).
 * One expectation consumes what it matched: the next one looks behind it.
 */
export class MachineConsole {
  readonly timeline: ConsoleLine[] = []
  readonly #cleaner = new TextCleaner()
  readonly #waiters = new Set<Waiter>()
  readonly #listeners = new Set<(chunk: Buffer) => void>()
  readonly #elapsedMs: () => number
  readonly #failure: RegExp | undefined
  #last: { ms: number; text: string } = { ms: 0, text: '' }
  #cursor: Position = { line: 0, column: 0 }
  /** The last line that means failure, and which it is. */
  #failed: { line: ConsoleLine; index: number } | undefined
  #ended: string | undefined
  readonly #send: (text: string) => void

  /** `failure`: an expectation is given up when a line matches that comes after it began. */
  constructor(options: {
    elapsedMs: () => number
    send?: (text: string) => void
    failure?: RegExp | undefined
  }) {
    this.#elapsedMs = options.elapsedMs
    this.#send = options.send ?? (() => {})
    this.#failure = options.failure
  }

  /**
   * Waits for a line that matches. Looks at what came after the last match (`from: 'start'`: at everything).
   * Throws `vm/console-timeout`, `vm/console-failure` or `vm/machine-exited`, each with the last lines.
   */
  expect(
    pattern: RegExp,
    options: { timeoutMs?: number; from?: 'start' | 'last-match' } = {},
  ): Promise<ConsoleMatch> {
    const start = options.from === 'start' ? { line: 0, column: 0 } : this.#cursor
    return this.#find(pattern, start, options.timeoutMs ?? 60_000, true)
  }

  /**
   * Resolves when no line matches for `duringMs` from now on, or the machine ends before.
   * Throws `vm/console-unexpected` as soon as one does.
   */
  async never(pattern: RegExp, options: { duringMs: number }): Promise<void> {
    const silent = ['vm/console-timeout', 'vm/machine-exited']
    const found = await this.#find(pattern, this.#end(), options.duringMs, false).catch((error: unknown) => {
      if (error instanceof AfloatError && silent.includes(error.code)) return undefined
      throw error
    })
    if (found !== undefined) throw this.#unexpected(pattern, found)
  }

  /** Returns what `work` does, or throws as expect() does when the machine fails or ends before. */
  async guard<T>(work: Promise<T>): Promise<T> {
    const stop = new AbortController()
    const failed = this.#find(noPattern, this.#end(), undefined, false, stop.signal)
    try {
      return await Promise.race([work, failed as Promise<never>])
    } finally {
      stop.abort()
    }
  }

  /** Throws `vm/console-unexpected` when a line up to now matches. */
  assertNever(pattern: RegExp): void {
    const line = this.lines().find(({ text }) => text.search(pattern) >= 0)
    if (line !== undefined) throw this.#unexpected(pattern, line)
  }

  /** Types text; a line needs its own `\n`. */
  send(text: string): void {
    this.#send(text)
  }

  /** Calls back with the raw output from now on; returns what ends that. */
  listen(listener: (chunk: Buffer) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** All lines, the unfinished one as well. */
  lines(): ConsoleLine[] {
    return this.#last.text === '' ? [...this.timeline] : [...this.timeline, { ...this.#last }]
  }

  /** The last lines, for error messages; of empty lines in a row only the first. */
  tail(count = 30): string {
    return this.lines()
      .filter((line, i, all) => line.text.trim() !== '' || (i > 0 && all[i - 1]!.text.trim() !== ''))
      .slice(-count)
      .map((line) => line.text)
      .join('\n')
  }

  /** Takes output from the machine. */
  push(chunk: Buffer): void {
    for (const listener of this.#listeners) listener(chunk)
    const ms = this.#elapsedMs()
    const [first, ...others] = this.#cleaner.push(chunk).split('\n')
    this.#append(first!, ms)
    for (const text of others) {
      this.timeline.push(this.#last)
      this.#checkFailure(this.#last)
      this.#last = { ms, text: '' }
      this.#append(text, ms)
    }
    for (const waiter of [...this.#waiters]) this.#look(waiter)
  }

  /** Nothing more will come; who still waits gets `vm/machine-exited`. */
  end(reason: string): void {
    this.#ended = reason
    for (const waiter of [...this.#waiters]) this.#look(waiter)
  }

  #end(): Position {
    return { line: this.timeline.length, column: this.#last.text.length }
  }

  #find(
    pattern: RegExp,
    start: Position,
    timeoutMs: number | undefined,
    consume: boolean,
    signal?: AbortSignal,
  ): Promise<ConsoleMatch> {
    return new Promise((resolve, reject) => {
      const finish = (): void => {
        clearTimeout(timer)
        this.#waiters.delete(waiter)
      }
      const waiter: Waiter = {
        pattern: new RegExp(pattern.source, `${pattern.flags.replace(/[gy]/g, '')}g`),
        start,
        ...start,
        done: (found) => {
          finish()
          if (consume) this.#cursor = { line: waiter.line, column: found.match.index + found.match[0].length }
          resolve(found)
        },
        failed: (error) => {
          finish()
          reject(error)
        },
      }
      const late = (): void => {
        const what = `Console did not show ${pattern} within ${timeoutMs! / 1000} s`
        waiter.failed(this.#error('vm/console-timeout', what))
      }
      const timer = timeoutMs === undefined ? undefined : setTimeout(late, timeoutMs)
      signal?.addEventListener('abort', finish)
      this.#waiters.add(waiter)
      this.#look(waiter)
    })
  }

  #append(text: string, ms: number): void {
    if (this.#last.text === '') this.#last.ms = ms
    this.#last.text += text
  }

  #checkFailure(line: ConsoleLine): void {
    if (this.#failure === undefined || line.text.search(this.#failure) < 0) return
    const index = this.timeline.length - 1
    setTimeout(() => {
      this.#failed = { line, index }
      for (const waiter of [...this.#waiters]) this.#look(waiter)
    }, explanationMs).unref()
  }

  /** A failure counts for who waits since before it; not for who has seen it and waits for the next boot. */
  #failureFor({ start }: Waiter): ConsoleLine | undefined {
    const { line, index = -1 } = this.#failed ?? {}
    return index > start.line || (index === start.line && start.column === 0) ? line : undefined
  }

  #look(waiter: Waiter): void {
    for (; waiter.line <= this.timeline.length; waiter.line++, waiter.column = 0) {
      const line = this.timeline[waiter.line] ?? this.#last
      waiter.pattern.lastIndex = waiter.column
      const match = waiter.pattern.exec(line.text)
      if (match !== null) {
        waiter.done({ ms: line.ms, text: line.text, match })
        return
      }
      if (waiter.line === this.timeline.length) break
    }
    const missing =
      waiter.pattern.source === noPattern.source ? '' : ` before it showed ${waiter.pattern.source}`
    const failure = this.#failureFor(waiter)
    if (failure !== undefined)
      waiter.failed(this.#error('vm/console-failure', `Machine failed${missing}: "${failure.text.trim()}"`))
    else if (this.#ended !== undefined)
      waiter.failed(this.#error('vm/machine-exited', `Machine ended (${this.#ended})${missing}`))
  }

  #unexpected(pattern: RegExp, line: ConsoleLine): AfloatError {
    return this.#error('vm/console-unexpected', `Console showed ${pattern}: "${line.text}"`)
  }

  #error(code: string, what: string): AfloatError {
    return new AfloatError(code, `${what}\n--- last lines of the console ---\n${this.tail()}`)
  }
}
