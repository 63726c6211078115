import { AfloatError } from '@afloat/report'

/** What differs between the kinds of machines that fail. */
export type FailureScreen = {
  readonly title: string
  /** For what no program has foreseen. */
  readonly unknownCode: string
  /** Where the error has no hint of its own. */
  readonly usualHint: string
  /** The last line: what happens now. */
  readonly consequence: string
}

/** Returns the lines of the failure screen. `steps` are the last lines that were shown before. */
export function failureScreen(error: unknown, steps: readonly string[], screen: FailureScreen): string[] {
  const known = error instanceof AfloatError
  const message = error instanceof Error ? error.message : String(error)
  return [
    '',
    `================ ${screen.title} ================`,
    '',
    `What failed:   ${message.replaceAll('\n', `\n${' '.repeat(15)}`)}`,
    `Error code:    ${known ? error.code : screen.unknownCode}`,
    ...(known ? [] : [`Details:       ${error instanceof Error ? (error.stack ?? '').trim() : ''}`]),
    `What to do:    ${known ? (error.hint ?? screen.usualHint) : 'Report this screen as a bug of Afloat'}`,
    '',
    'Last steps:',
    ...steps.map((line) => `  ${line}`),
    '',
    screen.consequence,
    '',
  ]
}
