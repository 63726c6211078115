import { type MapEntry, type MapNode, resolveAlias, type ScalarNode, type SourceNode } from '@afloat/ignition'
import { type Finding, nearestName } from '@afloat/report'
import { yamlScalars } from '../../yaml/yaml-scalars.ts'
import { variableErrors as errors } from './variable-errors.ts'

/** A value that was given to a variable, and by what: `--set`, the environment, a file. */
export type GivenValue = { readonly value: string | readonly string[]; readonly from: string }

/** Values by the name of the variable. */
export type GivenValues = ReadonlyMap<string, GivenValue>

/** Values, or what gives them once it is known which names a config declares. */
export type ValueSource = GivenValues | ((declared: readonly string[]) => GivenValues)

export type VariableProblem = { readonly found: Finding; readonly offset: number }

export const variableTypes = ['string', 'integer', 'boolean', 'strings'] as const
type VariableType = (typeof variableTypes)[number]

/** Keys of a declaration. */
export const variableKeys = ['type', 'default', 'description'] as const

type Variable = {
  readonly type: VariableType
  readonly defaultValue?: SourceNode
  readonly offset: number
}

const scalars = yamlScalars({ fractions: 'refuse' })

/**
 * Puts the values of variables into trees: `!var NAME` becomes the value, `${NAME}` in a text with the tag `!text` its
 * text. `variables:` of any of them declares them with a type, later ones adding to earlier ones, and is not in the result.
 * Without a value and a default, or with an empty value, there are problems beside trees that lack something.
 */
export function resolveVariables(
  roots: readonly MapNode[],
  values: ValueSource,
): { roots: readonly SourceNode[]; problems: readonly VariableProblem[] } {
  const resolver = new Resolver(roots)
  const filled = resolver.fill(values)
  return { roots: filled, problems: resolver.problems }
}

class Resolver {
  readonly problems: VariableProblem[] = []
  readonly #roots: readonly MapNode[]
  readonly #variables = new Map<string, Variable>()
  /** A value that is wrong is told once, wherever it is used. */
  readonly #told = new Set<string>()
  readonly #replaced = new Map<SourceNode, SourceNode>()
  #given: GivenValues = new Map()

  constructor(roots: readonly MapNode[]) {
    this.#roots = roots
  }

  fill(values: ValueSource): SourceNode[] {
    const sections = this.#roots.flatMap(({ entries }) => entries.get('variables') ?? [])
    const declarations = new Map<string, MapNode>()
    for (const section of sections) this.#declare(section, declarations)
    for (const [name, declaration] of declarations)
      this.#variables.set(name, this.#readDeclaration(declaration))
    this.#given = typeof values === 'function' ? values([...this.#variables.keys()]) : values
    const place = sections.at(-1)?.keyOffset ?? this.#roots.at(-1)?.offset ?? 0
    for (const [name, { from }] of this.#given)
      if (!this.#variables.has(name))
        this.#problem(errors.notDeclared(name, from, this.#nearest(name)), place)
    return this.#roots.map((root) => {
      const entries = new Map([...root.entries].filter(([key]) => key !== 'variables'))
      return this.#replace({ ...root, entries })
    })
  }

  #declare({ value, keyOffset }: MapEntry, declarations: Map<string, MapNode>): void {
    const map = resolveAlias(value)
    if (map.kind !== 'map') {
      this.#problem(errors.badDeclaration(), keyOffset)
      return
    }
    for (const [name, entry] of map.entries) {
      const declaration = resolveAlias(entry.value)
      if (!/^[A-Za-z][A-Za-z0-9_]*$/.test(name)) this.#problem(errors.badName(name), entry.keyOffset)
      else if (declaration.kind !== 'map') this.#problem(errors.badDeclaration(), entry.value.offset)
      else {
        const entries = new Map([...(declarations.get(name)?.entries ?? []), ...declaration.entries])
        declarations.set(name, { ...declaration, entries })
      }
    }
  }

  #readDeclaration(declaration: MapNode): Variable {
    for (const [key, { keyOffset }] of declaration.entries)
      if (!keys.includes(key)) this.#problem(errors.unknownKey(key, nearestName(key, keys)), keyOffset)
    const type = this.#text(declaration, 'type') ?? 'string'
    const defaultValue = declaration.entries.get('default')?.value
    const found = variableTypes.find((known) => known === type)
    if (found === undefined)
      this.#problem(errors.unknownType(type, variableTypes), declaration.entries.get('type')!.value.offset)
    return {
      type: found ?? 'string',
      offset: declaration.offset,
      ...(defaultValue === undefined ? {} : { defaultValue }),
    }
  }

  #text(map: MapNode, key: string): string | undefined {
    const node = map.entries.get(key)?.value
    const scalar = node && resolveAlias(node)
    return scalar?.kind === 'scalar' ? scalar.text : undefined
  }

  /** Follows the tree; what is reached through several aliases stays one node. */
  #replace(node: SourceNode): SourceNode {
    const known = this.#replaced.get(node)
    if (known !== undefined) return known
    if (node.kind === 'scalar') return this.#scalar(node)
    if (node.kind === 'alias') {
      const alias = { ...node }
      this.#replaced.set(node, alias)
      return Object.assign(alias, { target: this.#replace(node.target) })
    }
    if (node.kind === 'list') {
      const items: SourceNode[] = []
      const list = { ...node, items }
      this.#replaced.set(node, list)
      for (const item of node.items) items.push(this.#replace(item))
      return list
    }
    const entries = new Map<string, MapEntry>()
    const map = { ...node, entries }
    this.#replaced.set(node, map)
    for (const [key, entry] of node.entries) entries.set(key, { ...entry, value: this.#replace(entry.value) })
    return map
  }

  #scalar(node: ScalarNode): SourceNode {
    const { offset, text } = node
    if (node.tag === '!var') return this.#valueOf(text.trim(), offset) ?? empty(offset)
    if (node.tag !== '!text') return node
    const filled = text.replaceAll(/\$\$\{|\$\{([^}]*)\}/g, (whole, name: string | undefined) => {
      if (name === undefined) return '${'
      const value = this.#valueOf(name.trim(), offset)
      if (value === undefined) return whole
      if (value.kind === 'scalar') return value.text
      this.#problem(errors.listInText(name.trim()), offset)
      return whole
    })
    return { kind: 'scalar', type: 'string', offset, text: filled }
  }

  #valueOf(name: string, offset: number): SourceNode | undefined {
    const variable = this.#variables.get(name)
    if (variable === undefined) {
      this.#problem(errors.unknown(name, this.#nearest(name)), offset)
      return undefined
    }
    const given = this.#given.get(name)
    if (given !== undefined) return this.#fromGiven(name, variable, given, offset)
    if (variable.defaultValue === undefined) {
      this.#problemOf(name, errors.missing(name), offset)
      return undefined
    }
    const value = resolveAlias(variable.defaultValue)
    const wrong = problemOf(value, variable.type)
    if (wrong !== undefined)
      this.#problemOf(name, errors.badDefault(name, wrong), variable.defaultValue.offset)
    return at(value, offset)
  }

  #fromGiven(
    name: string,
    { type }: Variable,
    { value, from }: GivenValue,
    offset: number,
  ): SourceNode | undefined {
    const values = typeof value === 'string' ? [value] : value
    const node: SourceNode =
      type === 'strings'
        ? { kind: 'list', offset, items: values.map((text) => word(text, offset)) }
        : { kind: 'scalar', type: type === 'string' ? 'string' : 'plain', offset, text: values.join('\n') }
    const wrong =
      values.length === 0 || values.every((text) => text === '')
        ? 'is empty'
        : values.length > 1 && type !== 'strings'
          ? 'is a list'
          : problemOf(node, type)
    if (wrong === undefined) return node
    this.#problemOf(name, errors.badValue(name, from, wrong), offset)
    return undefined
  }

  #nearest(name: string): string | undefined {
    return nearestName(name, [...this.#variables.keys()])
  }

  #problemOf(name: string, found: Finding, offset: number): void {
    if (this.#told.has(name)) return
    this.#told.add(name)
    this.#problem(found, offset)
  }

  #problem(found: Finding, offset: number): void {
    this.problems.push({ found, offset })
  }
}

const keys: readonly string[] = variableKeys

/** What is wrong with a value for a type, as in "is not a whole number". */
function problemOf(node: SourceNode, type: VariableType): string | undefined {
  const value = resolveAlias(node)
  if (type === 'strings')
    return value.kind === 'list' && value.items.every((item) => resolveAlias(item).kind === 'scalar')
      ? undefined
      : 'is not a list of strings'
  if (value.kind !== 'scalar') return 'is not a single value'
  if (type === 'string') return value.type === 'null' ? 'is nothing' : undefined
  if (type === 'integer') return scalars.toInteger(value) === undefined ? 'is not a whole number' : undefined
  return scalars.toFlag(value) === undefined ? 'is not true or false' : undefined
}

/** The same value where it is used: there a person looks for what is wrong with it. */
function at(node: Exclude<SourceNode, { kind: 'alias' }>, offset: number): SourceNode {
  return node.kind === 'list'
    ? { ...node, offset, items: node.items.map((item) => at(resolveAlias(item), offset)) }
    : { ...node, offset }
}

function word(text: string, offset: number): ScalarNode {
  return { kind: 'scalar', type: 'string', offset, text }
}

function empty(offset: number): ScalarNode {
  return { kind: 'scalar', type: 'null', offset, text: '' }
}
