import { formatDiagnostic, formatRaw, formatReference, type Report } from '@afloat/report'

export interface ReportStyle {
  /** One line per entry, for programs. */
  readonly raw?: boolean
  readonly color?: boolean
  /** As the reference program prints it: its layout and order, no hints. Default: our own. */
  readonly reference?: boolean
  /** Lines of the text that are not shown. */
  readonly hiddenLines?: ReadonlySet<number>
}

/** The entries of a report for the terminal, with the lines of `text` they are about. */
export function formatReport(report: Report, text: string, style: ReportStyle = {}): string {
  const entries = style.reference ? report.entries : report.diagnostics
  if (style.raw) return entries.map(formatRaw).join('')
  const color = style.color ?? false
  if (style.reference) {
    const lines = text.split('\n')
    return entries.map((entry) => formatReference(entry, lines, { color })).join('\n')
  }
  return entries
    .map((entry) => formatDiagnostic(entry, style.hiddenLines?.has(entry.line) ? undefined : text, { color }))
    .join('\n')
}

export type ColorChoice = 'auto' | 'always' | 'never'

/** The meaning of `--color`, or undefined for a word it does not know. */
export function colorChoice(word: string | boolean | undefined): ColorChoice | undefined {
  if (word === undefined) return 'auto'
  if (word === true || word === 'always' || word === 'yes') return 'always'
  if (word === 'never' || word === 'no') return 'never'
  return word === 'auto' ? 'auto' : undefined
}

/** Whether to color what goes to `stream`. Source: no-color.org */
export function usesColor(choice: ColorChoice, stream: { isTTY?: boolean }, env: NodeJS.ProcessEnv): boolean {
  if (choice !== 'auto') return choice === 'always'
  return Boolean(stream.isTTY) && env['NO_COLOR'] === undefined
}

/** Lines on which a secret was found to stand in clear. */
export function clearSecretLines({ entries }: Report): ReadonlySet<number> {
  return new Set(entries.filter(({ code }) => code === 'b2c/secret-in-clear').map(({ line }) => line))
}
