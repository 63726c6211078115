import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs'
import { LARGEST_CONFIG } from '@afloat/ignition'
import { AfloatError } from '@afloat/report'
import { readProblem } from './local-files.ts'

/** Reads a config; standard input is file descriptor 0. Throws `config/unreadable` for what is no UTF-8 text. */
export function readConfig(source: string | 0): string {
  const name = source === 0 ? 'standard input' : `"${source}"`
  let bytes: Uint8Array
  try {
    bytes = source === 0 ? readFileSync(0) : readBounded(source)
  } catch (cause) {
    throw new AfloatError('config/unreadable', `Cannot read ${name}: ${readProblem(cause)}`, { cause })
  }
  return decodeConfig(bytes, `Cannot read ${name}: `)
}

/** Throws `config/unreadable`; what it says starts with `lead`. */
export function decodeConfig(bytes: Uint8Array, lead = ''): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (cause) {
    throw new AfloatError('config/unreadable', `${lead}it is not UTF-8 text`, {
      cause,
      hint: 'Save the file as UTF-8',
    })
  }
}

/** A regular file above the limit is refused by its size, unread. */
function readBounded(path: string): Uint8Array {
  const descriptor = openSync(path, 'r')
  try {
    const { size } = fstatSync(descriptor)
    if (size > LARGEST_CONFIG) throw new Error(`it is larger than ${LARGEST_CONFIG / 1024 / 1024} MB`)
    return readFileSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}
