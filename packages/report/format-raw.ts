import type { Diagnostic } from './diagnostic.ts'

/**
 * One line for programs: `error at $.storage.files.0.path, line 5 col 13: Path is not absolute`, with the name of the file
 * before the line where that is asked for.
 */
export function formatRaw(
  { severity, path, file, line, column, message }: Diagnostic,
  { withFile = false } = {},
): string {
  const name = withFile && file !== undefined ? `${file} ` : ''
  const places = [path === '' || path === '$' ? '' : path, line ? `${name}line ${line} col ${column}` : '']
  const where = places.filter(Boolean).join(', ')
  return `${severity}${where ? ' at ' : ''}${where}: ${message.replaceAll('\n', ' ')}\n`
}
