import { resolveAlias, type SourceNode } from '@afloat/ignition'
import { AfloatError, LineIndex } from '@afloat/report'
import { parseYaml } from '../../yaml/parse-yaml.ts'
import type { GivenValue } from './variables.ts'

/** The names of the variables that a config declares; none when it cannot be read, which compiling it will tell. */
export function declaredVariables(text: string): string[] {
  // Most configs have none, and are read only once.
  if (!/^\s*["']?variables["']?\s*:/m.test(text)) return []
  const yaml = parseYaml(text.replace(/^\ufeff/, ''))
  const root = 'root' in yaml ? yaml.root : undefined
  const map = root && resolveAlias(root)
  const declared = map?.kind === 'map' ? map.entries.get('variables')?.value : undefined
  const variables = declared && resolveAlias(declared)
  return variables?.kind === 'map' ? [...variables.entries.keys()] : []
}

/**
 * Reads a file of values: YAML, names with a value or a list of values each. Throws `config/bad-values` with the place of
 * what cannot be read; values are not shown.
 */
export function parseValues(text: string, fileName: string): Map<string, GivenValue['value']> {
  const lines = new LineIndex(text)
  const fail = (offset: number, problem: string): never => {
    const { line, column } = lines.position(offset)
    throw new AfloatError(
      'config/bad-values',
      `Cannot read values: ${fileName}:${line}:${column}: ${problem}`,
      {
        hint: 'Write a line for each variable, as in "port: 80"',
      },
    )
  }
  const yaml = parseYaml(text.replace(/^\ufeff/, ''))
  if ('problems' in yaml) return fail(yaml.problems[0]!.offset, yaml.problems[0]!.found.message)
  if (yaml.root === undefined) return new Map()
  const map = resolveAlias(yaml.root)
  if (map.kind !== 'map') return fail(map.offset, 'expected names and values')
  const values = new Map<string, GivenValue['value']>()
  for (const [name, { value }] of map.entries) values.set(name, readValue(value, fail))
  return values
}

function readValue(node: SourceNode, fail: (offset: number, problem: string) => never): GivenValue['value'] {
  const value = resolveAlias(node)
  if (value.kind === 'scalar') return value.text
  if (value.kind === 'map') return fail(node.offset, 'expected a value or a list of values')
  return value.items.map((item) => {
    const found = resolveAlias(item)
    return found.kind === 'scalar' ? found.text : fail(item.offset, 'expected a value')
  })
}
