import { formatBytes } from '../format-bytes.ts'
import { printable } from '../tree.ts'
import type { ConfigDifferences, Difference, ShownValue } from './difference.ts'

/** Prints differences for a person, one a line, text below it. Empty if there are none, else ends in a newline. */
export function formatDifferences({ differences }: ConfigDifferences): string {
  return differences
    .flatMap(formatDifference)
    .map((line) => `${line}\n`)
    .join('')
}

const SIGNS = { added: '+', removed: '-', changed: '~' } as const

function formatDifference({ path, kind, from, to, diff }: Difference): string[] {
  const values = [from, to].filter((value) => value !== undefined).map(formatValue)
  const said = values.length === 2 && values[0] === values[1] ? `${values[0]} (differs)` : values.join(' → ')
  const head = `${SIGNS[kind]} ${printable(path)}${said === '' ? '' : `: ${said}`}`
  return [head, ...(diff ?? []).map((line) => `    ${printable(line.replaceAll('\t', '        '))}`)]
}

function formatValue(value: ShownValue): string {
  if (typeof value === 'string') return printable(value) || '""'
  if (typeof value !== 'object') return String(value)
  if ('hidden' in value) return 'not shown'
  if (!('from' in value)) return printable(value.join(' '))
  const { from, bytes, sha256 } = value
  const size = bytes === undefined ? '' : `${formatBytes(bytes)}, sha256 ${sha256?.slice(0, 16)}`
  return from === 'config' ? size || 'gzip that cannot be unpacked' : printable(from)
}
