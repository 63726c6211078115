import { type Issue, nearestName, type Path, type Severity } from '@afloat/report'
import { type FieldType, type ObjectShape, ROOT, type Spec } from '../spec.ts'
import type { DecodeErrors } from './decode-errors.ts'
import { type MapNode, resolveAlias, type ScalarNode, type SourceNode } from './source-node.ts'

export type Value = string | number | boolean | null | Value[] | ObjectValue
export interface ObjectValue {
  [field: string]: Value
}

/** How scalars become values; JSON and YAML differ. Undefined means the scalar is not of that type. */
export interface ScalarRules {
  isNull(node: ScalarNode): boolean
  /** Whether a null in a list is nothing (YAML) or a value of the wrong type. */
  readonly allowsNullItems: boolean
  toText(node: ScalarNode): string | undefined
  toInteger(node: ScalarNode): number | undefined
  toFlag(node: ScalarNode): boolean | undefined
}

export interface DecodeOptions {
  readonly scalars: ScalarRules
  readonly errors: DecodeErrors
  /** Of unknown keys. */
  readonly unknownKeys: Severity
  /** Version that knows the key although this one does not. */
  readonly laterVersion?: (object: string, key: string) => string | undefined
  /** Whether a plain `<<` takes over the fields of another mapping (YAML). */
  readonly mergeKeys?: boolean
  /**
   * Whether to read as the reference program does: it takes `<<` for an unknown key too, does not look for unknown keys behind
   * aliases, warns where there is an alias or nothing for a mapping, and drops nulls in lists, so that what follows one is
   * placed at the entry before.
   */
  readonly asReference?: boolean
  /** What aliases may expand to, where several texts share it. */
  readonly budget?: AliasBudget
  /** Keys of the root object to leave alone, such as `x-…`. */
  readonly ignoreRootKey?: (key: string) => boolean
}

/**
 * Reads a value tree by a spec. Wrong types and unknown keys are collected; a field of a wrong type is left out.
 * Null counts as absent; a null in a list stays, so that indexes keep their meaning.
 */
export function decode(
  root: SourceNode,
  spec: Spec,
  options: DecodeOptions,
): { value: ObjectValue; issues: Issue[] } {
  const decoder = new Decoder(spec, options)
  const value = decoder.field(root, { kind: 'object', object: ROOT }, [])
  return { value: isObject(value) ? value : {}, issues: decoder.issues }
}

export function isObject(value: Value | undefined): value is ObjectValue {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Whether a value holds anything: a scalar, a list with items, an object with such a field. */
export function isFilled(value: Value | undefined): boolean {
  if (Array.isArray(value)) return value.length > 0
  return isObject(value) ? Object.values(value).some(isFilled) : value !== undefined
}

/** Characters and values that may come out of aliases: they make small texts into large configs, or long reports. */
export class AliasBudget {
  left = 4_000_000
  /** Told once. */
  isSpent = false
}

const ISSUE_COST = 100
const MAP_COST = 20

class Decoder {
  readonly issues: Issue[] = []
  readonly #spec: Spec
  readonly #options: DecodeOptions
  readonly #open = new Set<SourceNode>()
  readonly #budget: AliasBudget
  #aliasOffset: number | undefined
  /** Above 0 where unknown keys are not looked for. */
  #quiet = 0

  constructor(spec: Spec, options: DecodeOptions) {
    this.#spec = spec
    this.#options = options
    this.#budget = options.budget ?? new AliasBudget()
  }

  /** Undefined for null, and for what is not of the type (then there is an issue). */
  field(node: SourceNode, type: FieldType, path: Path): Value | undefined {
    if (type.kind === 'object') this.#warnOfForeign(node, path)
    if (node.kind === 'alias')
      return this.#alias(node.target, node.offset, path, () => this.field(node.target, type, path))
    if (!this.#spend(node, path)) return undefined
    if (node.kind === 'scalar' && this.#options.scalars.isNull(node)) return undefined
    switch (type.kind) {
      case 'object':
        return node.kind === 'map'
          ? this.#object(node, type.object, path)
          : this.#wrongType('a mapping', node, path)
      case 'text-or-object':
        return node.kind === 'map'
          ? this.#object(node, type.object, path)
          : this.#scalar(node, { kind: 'string' }, path, 'a string or a mapping')
      case 'list':
        if (node.kind !== 'list') return this.#wrongType('a list', node, path)
        return this.#options.asReference
          ? this.#itemsAsReference(node.items, type.item, path)
          : node.items.map((item, index) => this.#item(item, type.item, [...path, index]))
      case 'strings':
        return node.kind === 'map' ? this.#strings(node, path) : this.#wrongType('a mapping', node, path)
      case 'words':
        if (node.kind !== 'list')
          return this.#scalar(node, { kind: 'string' }, path, 'a string or a list of strings')
        return this.field(node, { kind: 'list', item: { kind: 'string' } }, path)
      default:
        return this.#scalar(node, type, path, EXPECTED[type.kind])
    }
  }

  #itemsAsReference(nodes: readonly SourceNode[], type: FieldType, path: Path): Value[] {
    const filled = nodes.filter((node) => !this.#isNull(node))
    return filled.flatMap((node, index) => {
      const at = [...path, index]
      const isMoved = nodes[index] !== node
      if (isMoved && type.kind === 'object') this.#checkKeys(nodes[index]!, type.object, at)
      if (isMoved) this.#quiet++
      const value = this.field(node, type, at)
      if (isMoved) this.#quiet--
      return value ?? []
    })
  }

  /** What the reference program says of a mapping that it takes for another. */
  #checkKeys(node: SourceNode, object: string, path: Path): void {
    this.#warnOfForeign(node, path)
    if (node.kind !== 'map') return
    for (const [key, entry] of node.entries)
      if (!Object.hasOwn(this.#spec.objects[object]!, key)) this.#unknownKey(key, entry, object, path)
  }

  /** A mapping that is written elsewhere, or not at all. */
  #warnOfForeign(node: SourceNode, path: Path): void {
    const { asReference, errors } = this.#options
    if (!asReference || this.#quiet > 0 || (node.kind !== 'alias' && !this.#isNull(node))) return
    this.#add('warning', errors.foreignNode(path), path, node.offset)
  }

  #isNull(node: SourceNode): boolean {
    const target = resolveAlias(node)
    return target.kind === 'scalar' && this.#options.scalars.isNull(target)
  }

  #item(node: SourceNode, type: FieldType, path: Path): Value {
    const { scalars } = this.#options
    if (!scalars.allowsNullItems && node.kind === 'scalar' && scalars.isNull(node))
      this.#wrongType('a value', node, path)
    return this.field(node, type, path) ?? null
  }

  #scalar(node: SourceNode, type: FieldType, path: Path, expected: string): Value | undefined {
    const { scalars } = this.#options
    let value: Value | undefined
    if (node.kind === 'scalar') {
      if (type.kind === 'string') value = scalars.toText(node)
      else if (type.kind === 'integer') value = scalars.toInteger(node)
      else value = scalars.toFlag(node)
    }
    return value ?? this.#wrongType(expected, node, path)
  }

  #object(node: MapNode, name: string, path: Path): ObjectValue {
    const shape = this.#spec.objects[name]!
    const found: ObjectValue = {}
    this.#collect(node, name, shape, path, found)
    return Object.fromEntries(
      Object.keys(shape)
        .filter((field) => field in found)
        .map((field) => [field, found[field]!]),
    )
  }

  /** Fields written in the mapping itself win over merged ones, earlier merged mappings over later ones. */
  #collect(node: MapNode, name: string, shape: ObjectShape, path: Path, found: ObjectValue): void {
    const merges: SourceNode[] = []
    // Unknown keys of an object come before what is found in its fields, which come in the order of the spec.
    for (const [key, entry] of node.entries) {
      if (key === '<<' && !entry.quoted && this.#options.mergeKeys) {
        merges.push(entry.value)
        if (this.#options.asReference && this.#quiet === 0)
          this.#add(
            this.#options.unknownKeys,
            this.#options.errors.mergeKey(),
            [...path, key],
            this.#aliasOffset ?? entry.keyOffset,
          )
      } else if (!Object.hasOwn(shape, key) && !(path.length === 0 && this.#options.ignoreRootKey?.(key)))
        this.#unknownKey(key, entry, name, path)
    }
    for (const [key, type] of Object.entries(shape)) {
      const entry = key in found ? undefined : node.entries.get(key)
      const value = entry && this.field(entry.value, type, [...path, key])
      if (value !== undefined) found[key] = value
    }
    if (this.#options.asReference) this.#quiet++
    for (const merge of merges) this.#merge(merge, name, shape, path, found)
    if (this.#options.asReference) this.#quiet--
  }

  #merge(node: SourceNode, name: string, shape: ObjectShape, path: Path, found: ObjectValue): void {
    if (node.kind === 'alias') {
      this.#alias(node.target, node.offset, path, () => this.#merge(node.target, name, shape, path, found))
    } else if (node.kind === 'map') {
      if (this.#spend(node, path)) this.#collect(node, name, shape, path, found)
    } else if (node.kind === 'list' && !this.#open.has(node)) {
      this.#open.add(node)
      for (const item of node.items) this.#merge(item, name, shape, path, found)
      this.#open.delete(node)
    } else this.#wrongType('a mapping to merge', node, path)
  }

  #strings(node: MapNode, path: Path): ObjectValue {
    const value: ObjectValue = {}
    for (const [key, entry] of node.entries) {
      // A name without a value is one with an empty value.
      const text = this.field(entry.value, { kind: 'string' }, [...path, key]) ?? ''
      Object.defineProperty(value, key, { value: text, enumerable: true, configurable: true })
    }
    return value
  }

  /** Reads what an alias stands for; all issues inside are placed at the outermost alias. */
  #alias<T>(target: SourceNode, offset: number, path: Path, read: () => T): T | undefined {
    if (this.#open.has(target)) {
      this.#add('error', this.#options.errors.aliasLoop(), path, offset)
      return undefined
    }
    const outer = this.#aliasOffset
    this.#aliasOffset ??= offset
    this.#open.add(target)
    if (this.#options.asReference) this.#quiet++
    const value = read()
    if (this.#options.asReference) this.#quiet--
    this.#open.delete(target)
    this.#aliasOffset = outer
    return value
  }

  #spend(node: SourceNode, path: Path): boolean {
    if (this.#aliasOffset === undefined) return true
    this.#budget.left -= node.kind === 'scalar' ? 1 + node.text.length : node.kind === 'map' ? MAP_COST : 1
    if (this.#budget.left >= 0) return true
    if (!this.#budget.isSpent) this.#add('error', this.#options.errors.aliasBomb(), path, this.#aliasOffset)
    this.#budget.isSpent = true
    return false
  }

  #unknownKey(key: string, entry: { keyOffset: number }, object: string, path: Path): void {
    if (this.#quiet > 0) return
    const { errors, unknownKeys, laterVersion } = this.#options
    const known = Object.keys(this.#spec.objects[object]!)
    const later = laterVersion?.(object, key)
    const found = later ? errors.laterKey(key, later) : errors.unknownKey(key, nearestName(key, known), known)
    this.#add(unknownKeys, found, [...path, key], this.#aliasOffset ?? entry.keyOffset)
  }

  #wrongType(expected: string, node: SourceNode, path: Path): undefined {
    this.#add(
      'error',
      this.#options.errors.wrongType(path.at(-1), expected, node),
      path,
      this.#aliasOffset ?? node.offset,
    )
  }

  #add(severity: Severity, found: Omit<Issue, 'severity' | 'path'>, path: Path, offset: number): void {
    if (this.#aliasOffset !== undefined) this.#budget.left -= ISSUE_COST
    this.issues.push({ severity, ...found, path, offset })
  }
}

const EXPECTED = { string: 'a string', integer: 'a whole number', boolean: 'true or false' } as const
