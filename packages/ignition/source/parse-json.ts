import type { Finding } from '@afloat/report'
import type { MapEntry, ScalarNode, SourceNode } from './source-node.ts'

export type ParsedJson =
  | {
      readonly root: SourceNode
      readonly duplicates: readonly { readonly key: string; readonly offset: number }[]
    }
  | { readonly error: Pick<Finding, 'message'>; readonly offset: number }

/**
 * Reads JSON (RFC 8259) with the offset of every value, which `JSON.parse` does not give. Never throws.
 * Deeper than 100 levels is an error. Of a key given twice the last value counts, as with `JSON.parse`.
 */
export function parseJson(text: string): ParsedJson {
  const reader = new Reader(text)
  try {
    const root = reader.value(0)
    reader.skipSpace()
    if (reader.at < text.length) reader.fail('unexpected text after the end of the config')
    return { root, duplicates: reader.duplicates }
  } catch (error) {
    if (!(error instanceof JsonFailure)) throw error
    return { error: { message: error.message }, offset: error.offset }
  }
}

const DEEPEST = 100

class JsonFailure extends Error {
  readonly offset: number
  constructor(message: string, offset: number) {
    super(message)
    this.offset = offset
  }
}

class Reader {
  at = 0
  readonly duplicates: { key: string; offset: number }[] = []
  readonly #text: string

  constructor(text: string) {
    this.#text = text
  }

  value(depth: number): SourceNode {
    this.skipSpace()
    if (depth > DEEPEST) this.fail(`nesting is deeper than ${DEEPEST} levels`)
    const character = this.#text[this.at]
    if (character === '{') return this.#map(depth)
    if (character === '[') return this.#list(depth)
    if (character === '"') return { kind: 'scalar', type: 'string', offset: this.at, text: this.#string() }
    return this.#word()
  }

  skipSpace(): void {
    SPACE.lastIndex = this.at
    SPACE.test(this.#text)
    this.at = SPACE.lastIndex
  }

  fail(message: string, offset = this.at): never {
    throw new JsonFailure(message, offset)
  }

  #map(depth: number): SourceNode {
    const offset = this.at++
    const entries = new Map<string, MapEntry>()
    this.skipSpace()
    if (this.#take('}')) return { kind: 'map', offset, entries }
    do {
      this.skipSpace()
      const keyOffset = this.at
      if (this.#text[this.at] !== '"') this.#unexpected('a key in double quotes')
      const key = this.#string()
      this.skipSpace()
      if (!this.#take(':')) this.#unexpected('":" after the key')
      if (entries.has(key)) this.duplicates.push({ key, offset: keyOffset })
      entries.set(key, { keyOffset, quoted: true, value: this.value(depth + 1) })
      this.skipSpace()
    } while (this.#take(','))
    if (!this.#take('}')) this.#unexpected('"," or "}"')
    return { kind: 'map', offset, entries }
  }

  #list(depth: number): SourceNode {
    const offset = this.at++
    const items: SourceNode[] = []
    this.skipSpace()
    if (this.#take(']')) return { kind: 'list', offset, items }
    do {
      items.push(this.value(depth + 1))
      this.skipSpace()
    } while (this.#take(','))
    if (!this.#take(']')) this.#unexpected('"," or "]"')
    return { kind: 'list', offset, items }
  }

  #string(): string {
    const start = this.at
    let end = start
    do {
      end = this.#text.indexOf('"', end + 1)
      if (end < 0) this.fail('string is not closed')
    } while (this.#isEscaped(end))
    this.at = end + 1
    try {
      return JSON.parse(this.#text.slice(start, this.at)) as string
    } catch {
      this.fail('string holds a line break, another control character or an unknown escape', start)
    }
  }

  #isEscaped(quote: number): boolean {
    let at = quote
    while (this.#text[at - 1] === '\\') at--
    return (quote - at) % 2 === 1
  }

  #word(): ScalarNode {
    const offset = this.at
    WORD.lastIndex = offset
    const text = WORD.exec(this.#text)?.[0]
    if (text === undefined) this.#unexpected('a value')
    this.at += text.length
    const type = text === 'null' ? 'null' : text === 'true' || text === 'false' ? 'boolean' : 'number'
    return { kind: 'scalar', type, offset, text }
  }

  #take(character: string): boolean {
    if (this.#text[this.at] !== character) return false
    this.at++
    return true
  }

  #unexpected(expected: string): never {
    const found = this.#text.codePointAt(this.at)
    this.fail(`expected ${expected}, found ${found === undefined ? 'the end of the file' : describe(found)}`)
  }
}

const SPACE = /[ \t\n\r]*/y
const WORD = /(?:null|true|false|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)(?![A-Za-z0-9_.+-])/y

function describe(code: number): string {
  return code < 0x20 ? 'a control character' : JSON.stringify(String.fromCodePoint(code))
}
