import type { ScalarRules } from './decode.ts'

/** JSON says the type of every scalar; a number is an integer if its value is, however it is written. */
export const jsonScalars: ScalarRules = {
  allowsNullItems: false,
  isNull: (node) => node.type === 'null',
  toText: (node) => (node.type === 'string' ? node.text : undefined),
  toFlag: (node) => (node.type === 'boolean' ? node.text === 'true' : undefined),
  toInteger(node) {
    const number = node.type === 'number' ? Number(node.text) : Number.NaN
    return Number.isSafeInteger(number) ? number : undefined
  },
}
