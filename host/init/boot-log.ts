import type { Sys } from '../sys/sys.ts'

/** The steps of a boot: shown as they begin, and the last of them again when one fails. */
export type BootLog = {
  /** Runs one step of the boot; its name says what is done in the imperative. */
  step<T>(name: string, run: () => T): T
  /** Says something about the step that is running. */
  note(text: string): void
  /** The last lines that were shown, oldest first. */
  tail(count: number): readonly string[]
}

/** Shows steps on the console as "afloat: [  1.234] Name", seconds since the kernel started. */
export function bootLog(sys: Pick<Sys, 'log' | 'uptimeMs'>): BootLog {
  const lines: string[] = []
  const show = (text: string) => {
    const seconds = (sys.uptimeMs() / 1000).toFixed(3).padStart(7)
    const line = `afloat: [${seconds}] ${text}`
    lines.push(line)
    sys.log(line)
  }
  return {
    step(name, run) {
      show(name)
      return run()
    },
    note: (text) => show(`  ${text}`),
    tail: (count) => lines.slice(-count),
  }
}
