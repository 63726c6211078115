import { decodeBase64, decodeUtf8, type ScalarNode, type ScalarRules } from '@afloat/ignition'

/**
 * Scalars as the reference's YAML library reads them into typed fields: any scalar is a string where one is expected,
 * `0644`, `0o644`, `0x1a4` and `1_024` are integers, `yes` and `off` are booleans. `fractions` says what a number
 * with a fraction or exponent is where an integer is expected: cut (the reference, 10.5 is 10) or refused.
 */
export function yamlScalars(options: { fractions: 'cut' | 'refuse' }): ScalarRules {
  return {
    allowsNullItems: true,
    isNull: (node) =>
      node.type === 'null' || (node.type === 'plain' && (NULLS.has(node.text) || isTagged(node, 'null'))),
    toText,
    toInteger: (node) => toInteger(node, options.fractions === 'cut'),
    toFlag,
  }
}

const NULLS = new Set(['', '~', 'null', 'Null', 'NULL'])
const TRUE = new Set(['true', 'True', 'TRUE'])
const FALSE = new Set(['false', 'False', 'FALSE'])
/** YAML 1.1 words; the library takes them in quotes too. */
const OLD_TRUE = new Set(['y', 'Y', 'yes', 'Yes', 'YES', 'on', 'On', 'ON'])
const OLD_FALSE = new Set(['n', 'N', 'no', 'No', 'NO', 'off', 'Off', 'OFF'])

function toText(node: ScalarNode): string | undefined {
  if (!isTagged(node, 'binary')) return node.text
  const bytes = decodeBase64(node.text, { ignoreSpace: true })
  return bytes && decodeUtf8(bytes)
}

function toFlag(node: ScalarNode): boolean | undefined {
  const { type, text } = node
  const isTyped = isTagged(node, 'bool')
  if ((isTyped || type === 'plain') && TRUE.has(text)) return true
  if ((isTyped || type === 'plain') && FALSE.has(text)) return false
  if (!isTyped && OLD_TRUE.has(text)) return true
  if (!isTyped && OLD_FALSE.has(text)) return false
  return undefined
}

function toInteger(node: ScalarNode, cutFractions: boolean): number | undefined {
  const isTyped = isTagged(node, 'int')
  if (node.type !== 'plain' && !isTyped && !isTagged(node, 'float')) return undefined
  if (node.text.startsWith('_')) return undefined
  const digits = node.text.replaceAll('_', '')
  const parts = /^([+-]?)(0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO][0-7]+|0[0-7]*|[1-9][0-9]*)$/.exec(digits)
  let number = Number.NaN
  if (parts) number = Number(parts[2]!.replace(/^0(?=[0-7])/, '0o')) * (parts[1] === '-' ? -1 : 1)
  else if (cutFractions && !isTyped && /^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$/.test(digits))
    number = Math.trunc(Number(digits))
  return Number.isSafeInteger(number) ? number || 0 : undefined
}

function isTagged(node: ScalarNode, name: string): boolean {
  return node.tag === `tag:yaml.org,2002:${name}`
}
