import { AfloatError } from '@afloat/report'
import type { UnitEntry, UnitFile } from './unit-file.ts'

/**
 * Writes a unit file; `parseUnit` reads the same sections and entries back. `header` becomes a comment line on top.
 * Throws `unitfile/unwritable` for a name or value that the format has no form for (line breaks, outer white space,
 * a backslash at the end).
 */
export function formatUnit(unit: UnitFile, options: { header?: string } = {}): string {
  const sections = unit.sections.map(({ name, entries }) => {
    if (!/^[^[\]\r\n]+$/.test(name)) throw unwritable('section', name)
    return [`[${name}]`, ...entries.map(formatEntry)].map((line) => `${line}\n`).join('')
  })
  const header = options.header === undefined ? '' : `# ${options.header.replaceAll(/[\r\n]+/g, ' ')}\n`
  return header + sections.join('\n')
}

function formatEntry({ key, value }: UnitEntry): string {
  if (!/^[^[#;=\s\\\ufeff][^=\s\\]*$/.test(key)) throw unwritable('setting name', key)
  if (/[\r\n\0]|^[ \t]|[ \t]$|\\$/.test(value)) throw unwritable(`value of ${key}`, value)
  return `${key}=${value}`
}

function unwritable(what: string, text: string): AfloatError {
  return new AfloatError(
    'unitfile/unwritable',
    `Cannot write ${what} ${JSON.stringify(text)} to a unit file`,
    {
      hint: 'Remove line breaks, outer spaces and a backslash at the end',
    },
  )
}
