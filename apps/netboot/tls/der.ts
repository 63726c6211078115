/** DER, as far as certificates need it. Source: ITU-T X.690 */
export const der = {
  sequence: (...parts: readonly Uint8Array[]) => tagged(0x30, ...parts),
  set: (...parts: readonly Uint8Array[]) => tagged(0x31, ...parts),
  boolean: (value: boolean) => tagged(0x01, Uint8Array.of(value ? 0xff : 0)),
  /** Not negative; big-endian. */
  integer: (bytes: Uint8Array) => tagged(0x02, minimal(bytes)),
  null: () => tagged(0x05),
  bits: (bytes: Uint8Array, unused = 0) => tagged(0x03, Uint8Array.of(unused), bytes),
  octets: (bytes: Uint8Array) => tagged(0x04, bytes),
  utf8: (text: string) => tagged(0x0c, Buffer.from(text)),
  oid: (dotted: string) => tagged(0x06, oidBytes(dotted)),
  /** To the second. Source: RFC 5280, 4.1.2.5: the short form up to 2049. */
  time(date: Date): Uint8Array {
    const digits = date.toISOString().replace(/[-:T]|\.\d+/g, '')
    return date.getUTCFullYear() < 2050
      ? tagged(0x17, Buffer.from(digits.slice(2)))
      : tagged(0x18, Buffer.from(digits))
  },
  /** `[number]`, of something that has its own tag within, or in its place. */
  context: (number: number, form: 'explicit' | 'implicit', bytes: Uint8Array) =>
    tagged((form === 'explicit' ? 0xa0 : 0x80) | number, bytes),
}

function tagged(tag: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const content = Buffer.concat(parts)
  return Buffer.concat([Uint8Array.of(tag), length(content.length), content])
}

function length(bytes: number): Uint8Array {
  if (bytes < 0x80) return Uint8Array.of(bytes)
  const digits = base256(bytes)
  return Uint8Array.of(0x80 | digits.length, ...digits)
}

function base256(value: number): number[] {
  return value < 256 ? [value] : [...base256(Math.floor(value / 256)), value % 256]
}

/** Without zeros in front, but for one that keeps the number from being negative. */
function minimal(bytes: Uint8Array): Uint8Array {
  const from = bytes.findIndex((byte) => byte !== 0)
  const digits = from < 0 ? Uint8Array.of(0) : bytes.subarray(from)
  return digits[0]! < 0x80 ? digits : Uint8Array.of(0, ...digits)
}

function oidBytes(dotted: string): Uint8Array {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number)
  return Uint8Array.from([first * 40 + second, ...rest].flatMap(base128))
}

function base128(value: number): number[] {
  const digits = [value & 0x7f]
  for (let left = value >> 7; left > 0; left >>= 7) digits.unshift((left & 0x7f) | 0x80)
  return digits
}
