import { omahaError } from '../errors.ts'
import type { XmlElement } from './read-xml.ts'

/** Reads the attributes of an element. Errors name element, attribute, line and column. */
export class Attributes {
  readonly #element: XmlElement

  constructor(element: XmlElement) {
    this.#element = element
  }

  /** Throws `omaha/missing-attribute`. */
  text(name: string): string {
    const value = this.#element.attributes[name]
    if (value === undefined)
      throw omahaError(
        'omaha/missing-attribute',
        `Attribute "${name}" of <${this.#element.name}> is missing`,
        {
          at: this.#element.at,
        },
      )
    return value
  }

  /** A whole number that a double holds exactly. Throws `omaha/missing-attribute`, `omaha/bad-attribute`. */
  integer(name: string): number {
    const value = this.text(name)
    const number = Number(value)
    if (!/^\s*-?\d{1,16}\s*$/.test(value) || !Number.isSafeInteger(number))
      throw this.#bad(name, value, 'a whole number')
    return number
  }

  /** "true", "1", "false" or "0". Throws `omaha/missing-attribute`, `omaha/bad-attribute`. */
  flag(name: string): boolean {
    const value = this.text(name)
    const meaning = flags[value.trim().toLowerCase()]
    if (meaning === undefined) throw this.#bad(name, value, '"true", "false", "1" or "0"')
    return meaning
  }

  /** An object with the fields whose attributes are there. `read` tells how, per attribute. */
  optional<Field extends string, Value>(
    fields: Readonly<Record<Field, string>>,
    read: (name: string) => Value,
  ): Partial<Record<Field, Value>> {
    const found: Partial<Record<Field, Value>> = {}
    for (const field in fields) {
      const name = fields[field]
      if (this.#element.attributes[name] !== undefined) found[field] = read(name)
    }
    return found
  }

  texts<Field extends string>(fields: Readonly<Record<Field, string>>): Partial<Record<Field, string>> {
    return this.optional(fields, (name) => this.text(name))
  }

  integers<Field extends string>(fields: Readonly<Record<Field, string>>): Partial<Record<Field, number>> {
    return this.optional(fields, (name) => this.integer(name))
  }

  flags<Field extends string>(fields: Readonly<Record<Field, string>>): Partial<Record<Field, boolean>> {
    return this.optional(fields, (name) => this.flag(name))
  }

  #bad(name: string, value: string, expected: string): Error {
    const shown = value.length > 40 ? `${value.slice(0, 40)}…` : value
    return omahaError(
      'omaha/bad-attribute',
      `Attribute "${name}" of <${this.#element.name}> is "${shown}", expected ${expected}`,
      { at: this.#element.at },
    )
  }
}

const flags: Readonly<Record<string, boolean>> = Object.assign(Object.create(null), {
  true: true,
  '1': true,
  false: false,
  '0': false,
})

/** The children with a name, in their order. */
export function childrenOf(element: XmlElement, name: string): XmlElement[] {
  return element.children.filter((child) => child.name === name)
}

/** The first child with a name. */
export function childOf(element: XmlElement, name: string): XmlElement | undefined {
  return element.children.find((child) => child.name === name)
}

/** Throws `omaha/wrong-root`. */
export function expectRoot(root: XmlElement, name: string): void {
  if (root.name === name) return
  throw omahaError(
    'omaha/wrong-root',
    `Cannot read Omaha message: found <${root.name}>, expected <${name}>`,
    {
      at: root.at,
    },
  )
}
