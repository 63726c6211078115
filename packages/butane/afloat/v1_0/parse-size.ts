const FACTORS: Readonly<Record<string, number>> = { '': 1, K: 2 ** 10, M: 2 ** 20, G: 2 ** 30, T: 2 ** 40 }

/** Reads "512M" or "2g", in powers of 1024, and returns bytes. Undefined if it is not of that form. */
export function parseSize(text: string): number | undefined {
  const [, digits, unit = ''] = /^([1-9][0-9]{0,9})([KMGT])?$/i.exec(text) ?? []
  return digits === undefined ? undefined : Number(digits) * FACTORS[unit.toUpperCase()]!
}
