/** A piece of text that knows where it came from. A spot is a number that only the reader of the source can turn into a place. */
export class Located {
  readonly text: string
  readonly #spotOf: (at: number) => number

  constructor(text: string, spotOf: (at: number) => number) {
    this.text = text
    this.#spotOf = spotOf
  }

  /** The spot of a character; at the length of the text, that of its end. */
  spot(at = 0): number {
    return this.#spotOf(at)
  }

  slice(from: number, to = this.text.length): Located {
    return new Located(this.text.slice(from, to), (at) => this.#spotOf(from + at))
  }

  split(separator: string): Located[] {
    let from = 0
    return this.text.split(separator).map((part) => {
      const piece = this.slice(from, from + part.length)
      from += part.length + separator.length
      return piece
    })
  }
}

/** A sub-option of a parameter, as in `name,src=/dev/sda,overwrite`. */
export interface Field {
  readonly key: string
  readonly value: Located | undefined
  readonly spot: number
}

/**
 * Splits a value at commas: first the fields that have a place instead of a name, then `key=value` or `key`. The last
 * of several fields with a place takes the rest, commas and all. Empty fields count only where the place is the name.
 */
export function splitFields(value: Located, places: readonly string[]): Field[] {
  const fields: Field[] = []
  const pieces = value.split(',')
  for (const [index, piece] of pieces.entries()) {
    const key = places[index]
    if (key !== undefined && index > 0 && index === places.length - 1) {
      const from = pieces.slice(0, index).reduce((sum, { text }) => sum + text.length + 1, 0)
      return [...fields, { key, value: value.slice(from), spot: piece.spot() }]
    }
    if (key !== undefined) fields.push({ key, value: piece, spot: piece.spot() })
    else if (piece.text !== '') fields.push(namedField(piece))
  }
  return fields
}

function namedField(piece: Located): Field {
  const at = piece.text.indexOf('=')
  return at < 0
    ? { key: piece.text, value: undefined, spot: piece.spot() }
    : { key: piece.text.slice(0, at), value: piece.slice(at + 1), spot: piece.spot() }
}
