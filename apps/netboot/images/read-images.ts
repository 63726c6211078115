import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { netbootError } from '../errors.ts'
import { diskFile, type NetbootFile } from '../files.ts'
import { parseManifest } from './parse-manifest.ts'

/** What machines boot, as `afloat b2c build --output` has left it. */
export type Images = {
  readonly kernel: string
  readonly initramfs: string
  /** Names of packs to names of files. */
  readonly packs: ReadonlyMap<string, string>
  /** By name; nothing else of the folder is served. */
  readonly files: ReadonlyMap<string, NetbootFile>
}

export const manifestName = 'manifest.json'

/** Reads which files there are, and looks at each. Throws `netboot/no-images`, `netboot/bad-manifest`. */
export async function readImages(dir: string): Promise<Images> {
  const manifest = parseManifest(await readManifest(dir), join(dir, manifestName))
  const names = [manifest.kernel, manifest.initramfs, ...manifest.packs.values()]
  const files = new Map(names.map((name) => [name, diskFile(name, join(dir, name))]))
  for (const [name, file] of files) {
    try {
      await using opened = await file.open()
      if (opened.sizeBytes === 0) throw new Error('it is empty')
    } catch (cause) {
      throw netbootError(
        'netboot/no-images',
        `Cannot serve "${join(dir, name)}": ${(cause as Error).message}`,
        {
          cause,
          hint: 'Build the folder again: ./afloat b2c build --output DIR',
        },
      )
    }
  }
  return { ...manifest, files }
}

async function readManifest(dir: string): Promise<string> {
  try {
    return await readFile(join(dir, manifestName), 'utf8')
  } catch (cause) {
    throw netbootError(
      'netboot/no-images',
      `Cannot read "${join(dir, manifestName)}": ${(cause as Error).message}`,
      {
        cause,
        hint: 'Name a folder that ./afloat b2c build --output DIR has written',
      },
    )
  }
}
