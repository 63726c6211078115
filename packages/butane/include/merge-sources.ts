import { type Container, mergeObjects, type ObjectValue, ROOT, type Value } from '@afloat/ignition'
import type { Path } from '@afloat/report'
import type { Variant } from '../variant.ts'
import { mergeKeys } from './merge-keys.ts'

export interface MergedSources {
  readonly value: ObjectValue
  /** The file, by its index, and the path in it that a path of the merged value came from. */
  origin(path: Path): Origin
}

export interface Origin {
  readonly file: number
  readonly path: Path
}

/**
 * Merges what several files hold, the later ones winning, as Ignition merges configs: mappings by key, lists by the names
 * of their entries, other lists one after the other.
 */
export function mergeSources(variant: Variant, sources: readonly ObjectValue[]): MergedSources {
  const origins = new Origins(sources)
  const rules = {
    keys: (object: string, field: string) => mergeKeys(variant, object, field),
    superseded,
    put: origins.put,
  }
  const [first, ...others] = sources
  let value = first!
  for (const other of others) {
    const merged = mergeObjects(variant.spec, ROOT, value, other, rules)
    origins.setHome(merged, { file: sources.indexOf(other), path: [] })
    value = merged
  }
  return { value, origin: (path) => origins.find(value, path) }
}

/** Contents have one source, whatever the key it is given by; with it goes how it is packed. */
function superseded(object: string, child: ObjectValue): readonly string[] {
  const has = (...fields: string[]) => fields.some((field) => child[field] !== undefined)
  if (object === 'unit' || object === 'dropin')
    return has('contents', 'contents_local') ? ['contents', 'contents_local'] : []
  if (object !== 'resource' && object !== 'reference') return []
  if (has('inline', 'local')) return ['source', 'inline', 'local', 'compression']
  return has('source') ? ['inline', 'local'] : []
}

/** Remembers by identity where the parts of merged values stood. */
class Origins {
  readonly #homes = new WeakMap<Container, Origin>()
  readonly #links = new WeakMap<Container, Map<string | number, { from: Container; at: string | number }>>()

  constructor(sources: readonly ObjectValue[]) {
    for (const [file, source] of sources.entries()) this.#settle(source, { file, path: [] })
  }

  #settle(value: Value, home: Origin): void {
    if (typeof value !== 'object' || value === null) return
    this.#homes.set(value, home)
    for (const [key, inner] of entriesOf(value))
      this.#settle(inner, { file: home.file, path: [...home.path, key] })
  }

  setHome(merged: Container, home: Origin): void {
    this.#homes.set(merged, home)
  }

  put = (into: Container, key: string | number, from: Container, at: string | number): void => {
    const links = this.#links.get(into) ?? new Map()
    links.set(key, { from, at })
    this.#links.set(into, links)
  }

  find(root: ObjectValue, path: Path): Origin {
    let value: Value | undefined = root
    let origin = this.#homes.get(root)!
    for (const key of path) {
      const inside: Origin = { file: origin.file, path: [...origin.path, key] }
      origin = (isContainer(value) && this.#origin(value, key)) || inside
      value = isContainer(value) ? (value as Record<string | number, Value>)[key] : undefined
    }
    return origin
  }

  /** Where the value at a key of a container stood; undefined for what the container does not hold. */
  #origin(container: Container, key: string | number): Origin | undefined {
    let at = key
    let from = container
    for (;;) {
      const link = this.#links.get(from)?.get(at)
      if (link === undefined) break
      from = link.from
      at = link.at
    }
    const home = this.#homes.get(from)
    return home && { file: home.file, path: [...home.path, at] }
  }
}

function isContainer(value: Value | undefined): value is Container {
  return typeof value === 'object' && value !== null
}

function entriesOf(value: Container): [string | number, Value][] {
  return Array.isArray(value) ? [...value.entries()] : Object.entries(value)
}
