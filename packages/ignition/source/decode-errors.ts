import { type Finding, finding, formatPath, type Path } from '@afloat/report'
import { resolveAlias, type SourceNode } from './source-node.ts'

export interface DecodeErrors {
  unknownKey(key: string, nearest: string | undefined, known: readonly string[]): Finding
  mergeKey(): Finding
  foreignNode(path: Path): Finding
  laterKey(key: string, version: string): Finding
  wrongType(key: string | number | undefined, expected: string, found: SourceNode): Finding
  aliasLoop(): Finding
  aliasBomb(): Finding
}

/**
 * The findings of `decode` under the code prefix of the package that reads. `typeHint` says how to write a value of
 * the expected type.
 */
export function decodeErrors<const Room extends string>(
  room: Room,
  typeHint: (expected: string, found: SourceNode) => string | undefined = () => undefined,
) {
  return {
    unknownKey: (key: string, nearest: string | undefined, known: readonly string[]) =>
      finding(
        `${room}/unknown-key`,
        `unused key ${key}`,
        nearest !== undefined
          ? `Write "${nearest}"`
          : known.length <= 12
            ? `Use one of: ${known.join(', ')}`
            : undefined,
      ),
    mergeKey: () =>
      finding(
        `${room}/unknown-key`,
        'unused key <<',
        'It is applied all the same; write the values out to be rid of the warning',
      ),
    foreignNode: (path: Path) =>
      finding(
        `${room}/foreign-node`,
        `context tree does not match content tree at ${formatPath(path)}. Line and column reporting may be inconsistent. Unused keys may not be reported`,
        'Write the mapping out, or leave the key out, to be rid of the warning',
      ),
    laterKey: (key: string, version: string) =>
      finding(`${room}/unknown-key`, `unused key ${key}`, `Set the version to ${version}, which knows it`),
    wrongType: (key: string | number | undefined, expected: string, found: SourceNode) =>
      finding(
        `${room}/wrong-type`,
        `Cannot read ${nameOf(key)}: expected ${expected}, found ${describe(found)}`,
        typeHint(expected, found),
      ),
    aliasLoop: () => finding(`${room}/alias-loop`, 'Alias stands for a value that contains itself'),
    aliasBomb: () =>
      finding(
        `${room}/alias-bomb`,
        'Aliases expand to more than 4 million characters',
        'Write the values out, or load them from files',
      ),
  } satisfies DecodeErrors
}

function nameOf(key: string | number | undefined): string {
  if (key === undefined) return 'the config'
  return typeof key === 'number' ? `item ${key + 1}` : `"${key}"`
}

function describe(node: SourceNode): string {
  const found = resolveAlias(node)
  if (found.kind === 'map') return 'a mapping'
  if (found.kind === 'list') return 'a list'
  if (found.type === 'null') return 'null'
  const text = found.text.length > 40 ? `${found.text.slice(0, 40)}…` : found.text
  return found.type === 'string' ? `the string ${JSON.stringify(text)}` : `"${text}"`
}
