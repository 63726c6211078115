import { isObject, type ObjectValue, type Value } from '@afloat/ignition'
import { isPrintable, quoted } from '../yaml/quoted.ts'

/**
 * Writes a mapping as YAML for people, keys in their order: two spaces of indentation, text of several lines as a block,
 * numbers under the key `mode` in octal. Whatever the text, YAML 1.1 and 1.2 read back the same. Ends in a newline.
 */
export function writeYaml(value: ObjectValue): string {
  return `${mapping(value).join('\n')}\n`
}

function mapping(value: ObjectValue): string[] {
  return Object.entries(value).flatMap(([key, field]) => attach(`${key}:`, field, key))
}

/** A value behind the `-` or `key:` that it belongs to. */
function attach(lead: string, value: Value, key?: string): string[] {
  if (Array.isArray(value))
    return value.length === 0 ? [`${lead} []`] : [lead, ...indent(value.flatMap(item))]
  if (isObject(value)) {
    const lines = mapping(value)
    return lines.length === 0 ? [`${lead} {}`] : [lead, ...indent(lines)]
  }
  if (typeof value === 'string') return attachText(lead, value)
  return [`${lead} ${typeof value === 'number' && key === 'mode' ? octal(value) : String(value)}`]
}

function item(value: Value): string[] {
  if (!isObject(value) || Object.keys(value).length === 0) return attach('-', value)
  const [first, ...rest] = mapping(value)
  return [`- ${first}`, ...indent(rest)]
}

function indent(lines: readonly string[]): string[] {
  return lines.map((line) => (line === '' ? '' : `  ${line}`))
}

function octal(mode: number): string {
  return `0${mode.toString(8).padStart(3, '0')}`
}

function attachText(lead: string, text: string): string[] {
  if (!isBlock(text)) return [`${lead} ${scalar(text)}`]
  const body = text.replace(/\n+$/, '')
  const endings = text.length - body.length
  const chomp = endings === 0 ? '-' : endings === 1 ? '' : '+'
  // A reader takes the indentation from the first line that has any text.
  const indicator = /^\n*[ \t]/.test(text) ? '2' : ''
  const empty = new Array<string>(Math.max(0, endings - 1)).fill('')
  return [`${lead} |${indicator}${chomp}`, ...indent(body.split('\n')), ...empty]
}

/** Whether a text can stand as a block of lines: several, none at the end that has only spaces. */
function isBlock(text: string): boolean {
  return /[^\n]\n|\n[^\n]/.test(text) && isPrintable(text) && !/(^|\n)[ \t]+\n*$/.test(text)
}

function scalar(text: string): string {
  return isPlain(text) ? text : quoted(text)
}

/** Whether a text without quotes is read as this text and nothing else. */
function isPlain(text: string): boolean {
  if (/[^\x20-\x7e]/.test(text) || /: |:$| #| $/.test(text)) return false
  // Numbers and times start with a digit too, but have other letters and at most one dot.
  const isWord =
    /^([A-Za-z_/]|\.\.?\/)/.test(text) ||
    (/^[0-9]/.test(text) && (/[g-np-su-wy]/i.test(text) || /^[0-9]+(\.[0-9]+){2}$/.test(text)))
  return isWord && !/^(y|n|yes|no|on|off|true|false|null)$/i.test(text)
}
