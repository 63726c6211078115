import type { Path } from '@afloat/report'
import { snakeCase } from './snake-case.ts'

/**
 * Where each part of the Ignition config came from. A path that was never added came from the same path in snake case.
 */
export class TranslationMap {
  /** Whether sugar was merged into the config: then the reference program no longer knows of empty names. */
  isMerged = false
  readonly #sources = new Map<string, { json: Path; yaml: Path; whole: boolean }>()

  /** What is at `json` came from `yaml`, field by field below. */
  add(json: Path, yaml: Path): void {
    this.#sources.set(keyOf(json), { json, yaml, whole: false })
  }

  /** All of what is at `json` was made from the one value at `yaml`. */
  addMade(json: Path, yaml: Path): void {
    this.#sources.set(keyOf(json), { json, yaml, whole: true })
  }

  /** The source of an output path. */
  source(json: Path): Path {
    for (let length = json.length; length > 0; length--) {
      const found = this.#sources.get(keyOf(json.slice(0, length)))
      if (found) return found.whole ? found.yaml : [...found.yaml, ...snakePath(json.slice(length))]
    }
    return snakePath(json)
  }

  /** Follows the items of an output list to their new indexes (old index to new index). */
  moveItems(list: Path, newIndexes: ReadonlyMap<number, number>): void {
    const moved: { json: Path; yaml: Path; whole: boolean }[] = []
    for (const [from, to] of newIndexes)
      moved.push({ json: [...list, to], yaml: this.source([...list, from]), whole: false })
    for (const [key, entry] of this.#sources) {
      const index = entry.json[list.length]
      if (typeof index !== 'number' || keyOf(entry.json.slice(0, list.length)) !== keyOf(list)) continue
      this.#sources.delete(key)
      const to = newIndexes.get(index)
      if (to !== undefined)
        moved.push({ ...entry, json: [...list, to, ...entry.json.slice(list.length + 1)] })
    }
    for (const entry of moved) this.#sources.set(keyOf(entry.json), entry)
  }
}

function keyOf(path: Path): string {
  return JSON.stringify(path)
}

/** The path that a path of the output has in a file without sugar. */
export function snakePath(path: Path): Path {
  return path.map((step) => (typeof step === 'string' ? snakeCase(step) : step))
}
