import type { Diagnostic } from './diagnostic.ts'

/** One line for programs: `error at $.storage.files.0.path, line 5 col 13: Path is not absolute`. */
export function formatRaw({ severity, path, line, column, message }: Diagnostic): string {
  const places = [path === '' || path === '$' ? '' : path, line ? `line ${line} col ${column}` : '']
  const where = places.filter(Boolean).join(', ')
  return `${severity}${where ? ' at ' : ''}${where}: ${message.replaceAll('\n', ' ')}\n`
}
