import type { ReleaseErrorCode } from './errors.ts'
import { releaseError } from './errors.ts'

/** What a text must look like, and how that is said. */
export type TextRule = { readonly pattern: RegExp; readonly expected: string }

/**
 * Reads the fields of an object that came from outside, and refuses what is not as expected.
 * Every error has `code` and names the field by its path, as in "artefacts[2].frames[0].sha256".
 */
export class Fields {
  readonly #value: object
  readonly #what: string
  readonly #path: string
  readonly #code: ReleaseErrorCode

  /** `what` is the thing as a whole, as in "manifest". */
  constructor(value: unknown, what: string, code: ReleaseErrorCode, path = '') {
    this.#what = what
    this.#path = path
    this.#code = code
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      throw this.error('', 'expected an object', value)
    this.#value = value
  }

  /** The error that field `key` is not as expected. */
  error(key: string, expected: string, found: unknown): Error {
    const path = this.#path === '' || key === '' ? `${this.#path}${key}` : `${this.#path}.${key}`
    const place = path === '' ? this.#what : `${path} of ${this.#what}`
    return releaseError(this.#code, `Cannot use ${place}: ${expected}, found ${show(found)}`)
  }

  has(key: string): boolean {
    return Object.hasOwn(this.#value, key)
  }

  get(key: string): unknown {
    return this.has(key) ? (this.#value as Record<string, unknown>)[key] : undefined
  }

  text(key: string, { pattern, expected }: TextRule): string {
    const value = this.get(key)
    if (typeof value !== 'string' || !pattern.test(value))
      throw this.error(key, `expected ${expected}`, value)
    return value
  }

  whole(key: string, from: number, to: number): number {
    const value = this.get(key)
    if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < from || value > to)
      throw this.error(key, `expected a whole number from ${from} to ${to}`, value)
    return value
  }

  object(key: string): Fields {
    return this.#inner(this.get(key), key)
  }

  list(key: string, limit: number): Fields[] {
    const value = this.get(key)
    if (!Array.isArray(value) || value.length === 0 || value.length > limit) {
      const found = Array.isArray(value) ? `${value.length} items` : value
      throw this.error(key, `expected a list of 1 to ${limit} items`, found)
    }
    return value.map((item, index) => this.#inner(item, `${key}[${index}]`))
  }

  #inner(value: unknown, key: string): Fields {
    const path = this.#path === '' ? key : `${this.#path}.${key}`
    return new Fields(value, this.#what, this.#code, path)
  }
}

/** Short, and without characters that a terminal would act upon. */
function show(value: unknown): string {
  if (value === undefined) return 'nothing'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object' && value !== null) return 'an object'
  if (typeof value !== 'string') return String(value)
  return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value)
}
