import { netbootError } from '../errors.ts'

export type ImagesManifest = {
  readonly kernel: string
  readonly initramfs: string
  readonly packs: ReadonlyMap<string, string>
}

type Json = Record<string, unknown>

/** Reads the names of files out of a build's manifest. Throws `netboot/bad-manifest` naming `path`. */
export function parseManifest(text: string, path: string): ImagesManifest {
  const fail = (problem: string): never => {
    throw netbootError('netboot/bad-manifest', `Cannot read "${path}": ${problem}`, {
      hint: 'Name a folder that ./afloat b2c build --output DIR has written',
    })
  }
  const file = (value: unknown, what: string): string => {
    const name = isObject(value) ? value['file'] : undefined
    if (typeof name !== 'string') return fail(`${what} has no file`)
    if (!/^[A-Za-z0-9_][A-Za-z0-9._-]{0,99}$/.test(name))
      return fail(`${JSON.stringify(name)} is no name of a file`)
    return name
  }
  const root = parse(text, fail)
  const packs = root['packs'] ?? []
  if (!Array.isArray(packs)) return fail('packs is not a list')
  return {
    kernel: file(root['kernel'], 'kernel'),
    initramfs: file(root['initramfs'], 'initramfs'),
    packs: new Map(
      packs.map((pack: unknown) => [String((pack as Json | null)?.['name']), file(pack, 'a pack')]),
    ),
  }
}

function parse(text: string, fail: (problem: string) => never): Json {
  let root: unknown
  try {
    root = JSON.parse(text)
  } catch (error) {
    return fail((error as Error).message)
  }
  return isObject(root) ? root : fail('expected an object')
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
