import { type Diagnostic, formatDiagnostic, formatRaw, formatReference, type Report } from '@afloat/report'

export interface ReportStyle {
  /** One line per entry, for programs. */
  readonly raw?: boolean
  readonly color?: boolean
  /** As the reference program prints it: its layout and order, no hints. Default: our own. */
  readonly reference?: boolean
  /** Whether the line an entry is about is not to be shown. */
  readonly isHidden?: (entry: Diagnostic) => boolean
}

/**
 * The entries of a report for the terminal, with the lines they are about. `texts` is what they were found in: one text, or
 * several by file name, the first of which is the file that was asked about.
 */
export function formatReport(
  report: Report,
  texts: string | ReadonlyMap<string, string>,
  style: ReportStyle = {},
): string {
  const named = typeof texts === 'string' ? new Map([['', texts]]) : texts
  const [[first, text] = ['', '']] = named
  const entries = style.reference ? report.entries : report.diagnostics
  const isIncluded = ({ file = first }) => file !== first && named.has(file)
  if (style.raw) return entries.map((entry) => formatRaw(entry, { withFile: isIncluded(entry) })).join('')
  const color = style.color ?? false
  if (style.reference) {
    const lines = text.split('\n')
    return entries.map((entry) => formatReference(entry, lines, { color })).join('\n')
  }
  return entries
    .map((entry) => {
      const shown = isIncluded(entry) ? named.get(entry.file!) : text
      return formatDiagnostic(entry, style.isHidden?.(entry) ? undefined : shown, { color })
    })
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

/** Whether an entry is about a line on which a secret was found to stand in clear. */
export function showsClearSecret({ entries }: Report): (entry: Diagnostic) => boolean {
  const secrets = entries.filter(({ code }) => code === 'b2c/secret-in-clear')
  return ({ file, line }) => secrets.some((secret) => secret.file === file && secret.line === line)
}
