/**
 * Reads a size as fallocate(1) takes it: a number, with a fraction if there is a unit, and K, M, G, T, P or E, alone or
 * with "iB" for powers of 1024, with "B" for powers of 1000. Numbers may be octal (010) or hexadecimal (0x10) as in C.
 * Undefined for anything else, and for more than a number holds exactly.
 * Source: util-linux, parse_size()
 */
export function parseSize(text: string): number | undefined {
  const parts = /^(0x[0-9a-f]+|\d+)(\.\d+)?(?:([kmgtpe])(ib|b)?)?$/i.exec(text)
  if (!parts) return undefined
  const [, digits = '', fraction, unit, suffix = ''] = parts
  if (fraction !== undefined && unit === undefined) return undefined
  const whole = parseInteger(digits)
  const base = suffix.toLowerCase() === 'b' ? 1000 : 1024
  const factor = unit === undefined ? 1 : base ** ('kmgtpe'.indexOf(unit.toLowerCase()) + 1)
  const bytes = whole * factor + (fraction === undefined ? 0 : Math.floor(Number(`0${fraction}`) * factor))
  return Number.isSafeInteger(bytes) ? bytes : undefined
}

function parseInteger(digits: string): number {
  if (/^0x/i.test(digits)) return Number.parseInt(digits.slice(2), 16)
  if (!/^0\d/.test(digits)) return Number(digits)
  return /^[0-7]+$/.test(digits) ? Number.parseInt(digits, 8) : Number.NaN
}

/** Writes a size in the largest unit that holds it as a whole number: `512M`. */
export function formatSize(bytes: number): string {
  let [amount, unit] = [bytes, 0]
  while (amount > 0 && amount % 1024 === 0 && unit < UNITS.length - 1) {
    amount /= 1024
    unit++
  }
  return `${amount}${UNITS[unit]}`
}

const UNITS = ['', 'K', 'M', 'G', 'T', 'P']
