import type { Severity } from './diagnostic.ts'

/** Puts text between the codes of a color; without `color` leaves it as it is. */
export function painter(color = false): (text: string, code: string) => string {
  return color ? (text, code) => `\x1b[${code}m${text}\x1b[0m` : (text) => text
}

export const BLUE = '1;34'
export const CYAN = '1;36'
export const SEVERITY_COLORS: Record<Severity, string> = { error: '1;31', warning: '1;33', info: CYAN }

/** A control character becomes a visible dot: input must not drive the terminal. */
export function visible(character: string): string {
  return /[\x00-\x1f\x7f-\x9f]/.test(character) ? '·' : character
}
