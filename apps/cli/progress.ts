import { stripVTControlCharacters } from 'node:util'

export type StageTime = { readonly name: string; readonly seconds: number }

/** Shows the stages of something that takes a while, one after the other, and keeps their times. */
export type Progress = {
  /** Runs a stage and returns its result; may be passed on as a function of its own. */
  stage<T>(name: string, run: () => Promise<T>): Promise<T>
  /** Prints a line that stays. */
  note(text: string): void
  /** Shows nothing any more. */
  end(): void
  /** The stages that have ended, also those too short to be shown. */
  readonly stages: readonly StageTime[]
}

type Stream = { write(text: string): unknown; isTTY?: boolean; columns?: number }

/** Shorter stages found their result in the cache; a line for each would hide the others. */
const shownSeconds = 0.1
/** Without a terminal, a stage that takes this long says that it has begun. */
const announceMs = 3000
const refreshMs = 100

/** On a terminal: one line that is drawn again while a stage runs. Elsewhere: plain lines, no control characters. */
export function progress(stream: Stream = process.stderr): Progress {
  const live = stream.isTTY === true
  const stages: StageTime[] = []
  let drawn = false
  let ended = false

  const clear = (): void => {
    if (drawn) stream.write('\r\x1b[K')
    drawn = false
  }
  const draw = (text: string): void => {
    if (ended) return
    stream.write(`\r\x1b[K${text.slice(0, (stream.columns ?? 80) - 1)}`)
    drawn = true
  }
  const note = (text: string): void => {
    if (ended) return
    clear()
    stream.write(`${live ? text : stripVTControlCharacters(text)}\n`)
  }

  return {
    stages,
    note,
    end() {
      clear()
      ended = true
    },
    async stage(name, run) {
      const start = performance.now()
      const seconds = (): number => (performance.now() - start) / 1000
      if (live) draw(`  ${name}`)
      const timer = live
        ? setInterval(() => draw(line(name, seconds())), refreshMs)
        : setTimeout(() => note(`  ${name} ...`), announceMs)
      timer.unref()
      try {
        const result = await run()
        clear()
        stages.push({ name, seconds: seconds() })
        if (seconds() >= shownSeconds) note(line(name, seconds()))
        return result
      } catch (error) {
        note(`${line(name, seconds())}, failed`)
        throw error
      } finally {
        clear()
        clearInterval(timer)
      }
    },
  }
}

function line(name: string, seconds: number): string {
  return `  ${name.padEnd(28)} ${seconds.toFixed(1).padStart(6)} s`
}
