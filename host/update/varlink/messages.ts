import type { Sys } from '../../sys/sys.ts'
import { decodeUtf8 } from '../../sys/utf8.ts'

/** A call, as it came over the connection. Source: varlink.org, "Wire protocol" */
export type Call = {
  readonly method: string
  readonly parameters: Readonly<Record<string, unknown>>
  readonly more: boolean
  readonly oneway: boolean
}

/** Longer calls are not taken: the largest that means anything has a hundred bytes. */
const longestCall = 64 * 1024

/** Reads calls from standard input, one after the other. */
export class CallReader {
  readonly #sys: Sys
  #bytes: number[] = []
  #atEnd = false

  constructor(sys: Sys) {
    this.#sys = sys
  }

  /** Waits for the next call; undefined when there are no more, or what came is no call. */
  next(): Call | undefined {
    for (;;) {
      const end = this.#bytes.indexOf(0)
      if (end >= 0) {
        const text = decodeUtf8(Uint8Array.from(this.#bytes.splice(0, end + 1).slice(0, -1)))
        return parseCall(text)
      }
      if (this.#atEnd || this.#bytes.length > longestCall) return undefined
      const more = this.#sys.readInput(4096)
      if (more === undefined) this.#atEnd = true
      else this.#bytes.push(...more)
    }
  }
}

/** Reads the text of a call; undefined when it is none. */
export function parseCall(text: string): Call | undefined {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  if (typeof value !== 'object' || value === null) return undefined
  const { method, parameters = {}, more, oneway } = value as Record<string, unknown>
  if (typeof method !== 'string' || typeof parameters !== 'object' || parameters === null) return undefined
  return {
    method,
    parameters: parameters as Record<string, unknown>,
    more: more === true,
    oneway: oneway === true,
  }
}

export type Reply = { readonly parameters?: object; readonly error?: string; readonly continues?: boolean }

export function formatReply(reply: Reply): string {
  return `${JSON.stringify(reply)}\0`
}
