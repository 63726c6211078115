import { encodeBase64 } from '@afloat/ignition/base64'
import { shellLine } from '../../sys/shell-line.ts'
import { toHex } from '../../sys/to-hex.ts'
import { encodeUtf8 } from '../../sys/utf8.ts'

const hidden = '(hidden)'
/** A shorter piece of a secret, such as the last line of a key, says nothing and would hide innocent text. */
const leastPiece = 4

/**
 * Returns a function that hides values wherever they stand in a text: as they are, line by line, and as base64 (also
 * within something longer, as in an HTTP header), in a URL, in JSON, in a shell or in hexadecimal digits.
 */
export function redactor(values: readonly string[]): (text: string) => string {
  const forms = new Set(values.flatMap(formsOf))
  forms.delete('')
  // The longest first: one value may be a part of another.
  const ordered = [...forms].sort((a, b) => b.length - a.length)
  return (text) => ordered.reduce((shown, form) => shown.replaceAll(form, hidden), text)
}

function formsOf(value: string): string[] {
  const lines = value.split(/\r?\n/).map((line) => line.trim())
  const pieces = [value, ...(lines.length > 1 ? lines.filter((line) => line.length >= leastPiece) : [])]
  return pieces.flatMap((piece) => [
    piece,
    shellLine([piece]),
    JSON.stringify(piece).slice(1, -1),
    piece.replaceAll('\n', '\r\n'),
    ...inUrls(piece),
    ...inBase64(encodeUtf8(piece)),
    ...inHex(encodeUtf8(piece)),
  ])
}

function inUrls(text: string): string[] {
  const loose = encodeURIComponent(text)
  const strict = loose.replace(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`)
  const forms = [loose, strict].flatMap((form) => [
    form,
    form.replaceAll('%20', '+'),
    form.replaceAll('%2F', '/'),
  ])
  return [...forms, ...forms.map((form) => form.replace(/%../g, (code) => code.toLowerCase()))]
}

/**
 * Three bytes are four digits, so what is before a value moves it by none, one or two bytes. The digits at its ends
 * that it shares with its neighbours are left out.
 */
function inBase64(bytes: Uint8Array): string[] {
  const forms: string[] = []
  for (let before = 0; before < 3; before++) {
    const padded = new Uint8Array(before + bytes.length)
    padded.set(bytes, before)
    const digits = encodeBase64(padded).replace(/=+$/, '')
    const whole = digits.slice(Math.ceil((before * 8) / 6), Math.floor((padded.length * 8) / 6))
    forms.push(whole.length >= leastPiece ? whole : '')
  }
  forms.push(encodeBase64(bytes), encodeBase64(bytes).replace(/=+$/, ''))
  return forms.flatMap((form) => [form, form.replaceAll('+', '-').replaceAll('/', '_')])
}

function inHex(bytes: Uint8Array): string[] {
  const digits = toHex(bytes)
  return [digits, digits.toUpperCase()]
}
