import type { Machine } from '../machine.ts'

const heading = '--- last lines of the console ---'

/** Returns an error of a scenario with the end of the console added, unless it has it. */
export function withConsole(error: unknown, machine: Machine): unknown {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
  if (text.includes(heading)) return error
  const more = `${heading}\n${machine.console.tail(40)}`
  const longer = new Error(`${error instanceof Error ? error.message : text}\n${more}`)
  longer.stack = `${text}\n${more}`
  return longer
}
