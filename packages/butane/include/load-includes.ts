import { cleanPath, LARGEST_CONFIG, type MapNode, resolveAlias, utf8Length } from '@afloat/ignition'
import { AfloatError, type Finding, type Path } from '@afloat/report'
import { butaneErrors } from '../errors.ts'
import type { Variant } from '../variant.ts'
import { parseYaml } from '../yaml/parse-yaml.ts'
import { includeErrors as errors } from './include-errors.ts'
import type { IncludeFiles } from './include-files.ts'
import type { SourceFiles } from './source-files.ts'

export interface LoadOptions {
  readonly variant: Variant
  /** Holds the first file; included ones are added. */
  readonly files: SourceFiles
  readonly reader: IncludeFiles | undefined
  readonly fail: (found: Finding, offset: number, path?: Path) => void
}

/** Longest chain of files, how many there may be, and how many entries that name them. */
const DEEPEST_INCLUDE = 16
const MOST_FILES = 100
const MOST_ENTRIES = 1000

/**
 * Reads the files that a file includes, and those that they include. Returns their roots in the order of merging, later ones
 * win: what a file includes comes before it, in the order it is named. A file that is reached twice is taken once, where it
 * is reached first. What is wrong is told at the `include` that asks for it.
 */
export function loadIncludes(root: MapNode, options: LoadOptions): MapNode[] {
  const loader = new Loader(options)
  const name = options.files.all[0]?.name ?? 'this file'
  loader.visit(root, { path: '', name, id: options.reader?.firstId })
  return loader.roots
}

/** A file that is being read; the path is relative to the folder of the first one. */
interface Visit {
  readonly path: string
  readonly name: string
  readonly id: string | undefined
}

/** An entry of `include`. */
interface Include {
  readonly written: string
  readonly tag: string | undefined
  readonly offset: number
  readonly path: Path
}

class Loader {
  readonly roots: MapNode[] = []
  readonly #options: LoadOptions
  readonly #open: Visit[] = []
  readonly #seen = new Set<string>()
  #sizeBytes = 0
  #entries = 0
  #isFull = false

  constructor(options: LoadOptions) {
    this.#options = options
  }

  visit(root: MapNode, file: Visit): void {
    this.#open.push(file)
    for (const include of includesOf(root)) {
      if (this.#isFull) break
      const problem = this.#include(include, file)
      if (problem !== undefined) this.#options.fail(problem, include.offset, include.path)
    }
    this.#open.pop()
    this.roots.push(root)
  }

  /** Returns what is wrong with the entry itself. */
  #include({ written, tag }: Include, from: Visit): Finding | undefined {
    if (++this.#entries > MOST_ENTRIES) return this.#stop(errors.tooManyEntries(MOST_ENTRIES))
    if (tag === '!var' || tag === '!text') return errors.variable()
    if (written === '') return errors.empty()
    if (/^(\/|[a-z]+:\/\/)/.test(written) || written.includes('\0')) return errors.absolute(written)
    const path = cleanPath(`${from.path.replace(/[^/]*$/, '')}${written}`)
    const file = this.#attempt(written, () => this.#options.reader?.find(path))
    if (file === undefined || 'code' in file) return file ?? errors.unavailable(written)
    const start = this.#open.findIndex(({ id }) => id === file.id)
    if (start >= 0) return errors.cycle(written, [...this.#open.slice(start), file].map(nameOf))
    if (this.#seen.has(file.id)) return undefined
    this.#seen.add(file.id)
    if (this.#open.length > DEEPEST_INCLUDE) return errors.tooDeep(written, DEEPEST_INCLUDE)
    if (this.#seen.size > MOST_FILES) return this.#stop(errors.tooMany(written, MOST_FILES))
    const text = this.#attempt(written, () => file.text())
    if (typeof text !== 'string') return text
    this.#sizeBytes += utf8Length(text)
    if (this.#sizeBytes > LARGEST_CONFIG)
      return this.#stop(errors.tooLarge(written, LARGEST_CONFIG / 1024 / 1024))
    const root = this.#parse(text, file.name)
    if (root !== undefined) this.visit(root, { path, name: file.name, id: file.id })
    return undefined
  }

  #attempt<T>(written: string, read: () => T): T | Finding {
    try {
      return read()
    } catch (error) {
      if (!(error instanceof AfloatError)) throw error
      return errors.unreadable(written, error.message, error.hint)
    }
  }

  /** Where nothing more is read; the first such entry is told, not all that follow. */
  #stop(found: Finding): Finding {
    this.#isFull = true
    return found
  }

  #parse(whole: string, name: string): MapNode | undefined {
    const { files, fail } = this.#options
    const text = whole.replace(/^\ufeff/, '')
    const start = files.add(text, name)
    const yaml = parseYaml(text, start)
    if ('problems' in yaml) {
      for (const { found, offset } of yaml.problems) fail(found, offset)
      return undefined
    }
    const root = resolveAlias(yaml.root ?? { kind: 'map', offset: start, entries: new Map() })
    if (root.kind === 'map') {
      this.#checkHeader(root)
      return root
    }
    fail(butaneErrors.wrongType(undefined, 'a mapping', root), root.offset)
    return undefined
  }

  #checkHeader({ entries }: MapNode): void {
    const { variant, fail } = this.#options
    for (const [key, expected] of [
      ['variant', variant.name],
      ['version', variant.version],
    ] as const) {
      const value = entries.get(key)?.value
      const scalar = value && resolveAlias(value)
      if (scalar?.kind === 'scalar' && scalar.text !== expected)
        fail(errors.otherHeader(key, scalar.text, expected), value!.offset, [key])
    }
  }
}

const nameOf = ({ name }: { readonly name: string }) => name

/** The entries of `include`, one or several; what is no text is told when the file is read by its spec. */
function includesOf(root: MapNode): Include[] {
  const value = root.entries.get('include')?.value
  const found = value && resolveAlias(value)
  const nodes = found?.kind === 'list' ? found.items : value === undefined ? [] : [value]
  return nodes.flatMap((item, index) => {
    const node = resolveAlias(item)
    const isNull = node.kind === 'scalar' && node.type === 'plain' && /^(~|null|)$/i.test(node.text)
    if (node.kind !== 'scalar' || isNull) return []
    const path = found?.kind === 'list' ? ['include', index] : ['include']
    return { written: node.text, tag: node.tag, offset: item.offset, path }
  })
}
