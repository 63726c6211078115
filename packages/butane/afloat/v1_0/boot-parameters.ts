import { Located, type Parameter, type ParameterField } from '@afloat/boot2container'
import { formatArgument } from '@afloat/boot2container/format-parameters'
import { splitArguments } from '@afloat/boot2container/split-arguments'
import { isObject, type ObjectValue, type Value } from '@afloat/ignition'
import type { Path } from '@afloat/report'

/**
 * Turns a pipeline in YAML into the parameters that it stands for. Spots are numbers of paths: `path(spot)` is where a
 * spot was written.
 */
export function bootParameters(source: ObjectValue): { parameters: Parameter[]; path(spot: number): Path } {
  const paths = new Paths()
  const parameters: Parameter[] = []
  const { hostname } = source
  if (typeof hostname === 'string') parameters.push(paths.text('hostname', hostname, ['hostname']))
  const pipeline = source['boot_containers']
  for (const [key, value] of Object.entries(isObject(pipeline) ? pipeline : {}))
    parameters.push(...paths.option(key, value, ['boot_containers', key]))
  return { parameters, path: (spot) => paths.at(spot) }
}

/** Lists that are one value, and what is between their items. */
const JOINED: Readonly<Record<string, string>> = {
  require: ',',
  insmods: ',',
  opts: '|',
  pull_on: '|',
  push_on: '|',
}

class Paths {
  readonly #paths: Path[] = []

  at(spot: number): Path {
    return this.#paths[spot] ?? []
  }

  text(key: string, text: string, path: Path): Parameter {
    return { name: `b2c.${key}`, spot: this.#spot(path), value: this.#located(text, path) }
  }

  option(key: string, value: Value, path: Path): Parameter[] {
    const name = `b2c.${key}`
    const spot = this.#spot(path)
    if (value === true) return [{ name, spot }]
    // Of the two that are off by default, false says nothing.
    if (value === false) return key === 'privileged' ? [this.text(key, 'no', path)] : []
    if (!Array.isArray(value)) return [this.text(key, String(value), path)]
    if (JOINED[key] !== undefined) {
      const joined = this.#join(value, JOINED[key], path)
      return joined.text === '' ? [] : [{ name, spot, value: joined }]
    }
    return value.flatMap((item, index) => {
      const at = [...path, index]
      if (item === null) return []
      if (!isObject(item)) return [this.text(key, String(item), at)]
      const where = this.#spot(at)
      return key.startsWith('run')
        ? [{ name, spot: where, value: this.#container(item, at) }]
        : [{ name, spot: where, fields: this.#fields(item, at) }]
    })
  }

  #fields(item: ObjectValue, path: Path): ParameterField[] {
    return Object.entries(item).flatMap(([key, value]): ParameterField[] => {
      const at = [...path, key]
      const spot = this.#spot(at)
      if (typeof value === 'boolean') return value ? [{ key, value: undefined, spot }] : []
      if (!Array.isArray(value)) return [{ key, value: this.#located(String(value), at), spot }]
      if (JOINED[key] !== undefined) {
        const joined = this.#join(value, JOINED[key], at)
        return joined.text === '' ? [] : [{ key, value: joined, spot }]
      }
      return value.flatMap((one, index) =>
        one === null ? [] : [{ key, value: this.#located(String(one), [...at, index]), spot }],
      )
    })
  }

  /** The arguments of podman that a container stands for, quoted as they are on a command line. */
  #container({ image, options, command }: ObjectValue, path: Path): Located {
    const pieces = [
      ...words(options).map((text, index) => ({ text, path: itemPath(options, path, 'options', index) })),
      ...(typeof image === 'string' ? [{ text: image, path: [...path, 'image'] }] : []),
      ...words(command).map((text, index) => ({ text, path: itemPath(command, path, 'command', index) })),
    ]
    return this.#pieces(
      pieces.map((piece) => ({ ...piece, text: formatArgument(piece.text) })),
      ' ',
      path,
    )
  }

  #join(items: readonly Value[], separator: string, path: Path): Located {
    const pieces = items.flatMap((item, index) =>
      item === null ? [] : [{ text: String(item), path: [...path, index] }],
    )
    return this.#pieces(pieces, separator, path)
  }

  #pieces(pieces: readonly { text: string; path: Path }[], separator: string, path: Path): Located {
    const ends: { end: number; spot: number }[] = []
    let text = ''
    for (const piece of pieces) {
      text += (text === '' ? '' : separator) + piece.text
      ends.push({ end: text.length, spot: this.#spot(piece.path) })
    }
    const whole = this.#spot(path)
    return new Located(text, (at) => ends.find(({ end }) => at < end)?.spot ?? whole)
  }

  #located(text: string, path: Path): Located {
    const spot = this.#spot(path)
    return new Located(text, () => spot)
  }

  #spot(path: Path): number {
    return this.#paths.push(path) - 1
  }
}

/** A line is split as a shell splits it; one that cannot be is a word, which the check of the container has told of. */
function words(value: Value | undefined): string[] {
  if (Array.isArray(value)) return value.filter((word) => word !== null).map(String)
  if (typeof value !== 'string') return []
  const split = splitArguments(new Located(value, () => 0))
  return 'args' in split ? split.args : [value]
}

function itemPath(value: Value | undefined, path: Path, key: string, index: number): Path {
  return Array.isArray(value) ? [...path, key, index] : [...path, key]
}
