/** Sources: RFC 1350 (TFTP), RFC 2347 (options). */
export const tftpError = {
  other: 0,
  notFound: 1,
  accessViolation: 2,
  illegalOperation: 4,
  badOptions: 8,
} as const

const opcode = { read: 1, write: 2, data: 3, ack: 4, error: 5, optionAck: 6 } as const

export type TftpRequest = {
  readonly kind: 'read' | 'write'
  readonly name: string
  /** Lower case: `octet`, `netascii`, `mail`. */
  readonly mode: string
  /** By their lower-case names; of one given twice, the first. */
  readonly options: ReadonlyMap<string, string>
}

export type TftpAnswer =
  | { readonly kind: 'ack'; readonly block: number }
  | { readonly kind: 'error'; readonly code: number; readonly message: string }

/** A request with its options takes at most this much; RFC 2347, "Packet Formats". */
const largestRequest = 512

/** Reads what a client begins with; undefined for anything else. */
export function parseRequest(bytes: Uint8Array): TftpRequest | undefined {
  if (bytes.length < 4 || bytes.length > largestRequest || bytes.at(-1) !== 0 || bytes[0] !== 0)
    return undefined
  const kind = bytes[1] === opcode.read ? 'read' : bytes[1] === opcode.write ? 'write' : undefined
  const [name, mode, ...rest] = Buffer.from(bytes.subarray(2, -1)).toString('latin1').split('\0')
  if (kind === undefined || name === undefined || mode === undefined || rest.length % 2 !== 0)
    return undefined
  const options = new Map<string, string>()
  for (let at = 0; at < rest.length; at += 2) {
    const option = rest[at]!.toLowerCase()
    if (!options.has(option)) options.set(option, rest[at + 1]!)
  }
  return { kind, name, mode: mode.toLowerCase(), options }
}

/** Reads what a client says during a transfer; undefined for anything else. */
export function parseAnswer(bytes: Uint8Array): TftpAnswer | undefined {
  if (bytes.length < 4 || bytes[0] !== 0) return undefined
  const number = bytes[2]! * 256 + bytes[3]!
  if (bytes[1] === opcode.ack) return { kind: 'ack', block: number }
  if (bytes[1] !== opcode.error) return undefined
  const [message = ''] = Buffer.from(bytes.subarray(4)).toString('latin1').split('\0')
  return { kind: 'error', code: number, message }
}

/** `block` counts from 1 and starts again from 0 after 65535. */
export function formatData(block: number, data: Uint8Array): Uint8Array {
  return Buffer.concat([Uint8Array.of(0, opcode.data, (block >> 8) & 0xff, block & 0xff), data])
}

export function formatOptionAck(options: ReadonlyMap<string, string>): Uint8Array {
  const words = [...options].map(([name, value]) => `${name}\0${value}\0`)
  return Buffer.from(`\0${String.fromCharCode(opcode.optionAck)}${words.join('')}`, 'latin1')
}

export function formatError(code: number, message: string): Uint8Array {
  return Buffer.from(
    `\0${String.fromCharCode(opcode.error)}\0${String.fromCharCode(code)}${message}\0`,
    'latin1',
  )
}
