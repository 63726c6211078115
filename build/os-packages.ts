import { readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { cached, keyOf, prune, readList } from './cache.ts'
import { repoDir } from './paths.ts'
import { mmdebstrap, suite } from './tools-tree.ts'

/** Debian packages, unpacked; no maintainer script has run. */
export type UnpackedPackages = {
  readonly key: string
  readonly root: string
  readonly packages: readonly DebianPackage[]
}

export type DebianPackage = { readonly name: string; readonly version: string; readonly architecture: string }

/**
 * Unpacks the packages named in a list file, with what they depend on.
 * The versions are those of the mirror on the day; a result is kept until the list changes.
 */
export async function unpackPackages(listFile: string): Promise<UnpackedPackages> {
  const names = await readList(join(repoDir, listFile))
  const key = keyOf({ suite, names, version: 3 })
  const dir = await cached('packages', key, async (partial) => {
    const root = join(partial, 'root')
    await mmdebstrap(
      ['--variant=extract', `--include=${names.join(',')}`, `--extract-hook=${listPackages}`],
      root,
    )
    await rename(join(root, 'packages.txt'), join(partial, 'packages.txt'))
  })
  await prune('packages', 4)
  return {
    key,
    root: join(dir, 'root'),
    packages: parsePackages(await readFile(join(dir, 'packages.txt'), 'utf8')),
  }
}

// The package database is empty after an extraction, so the list is taken from the archives themselves.
const listPackages = [
  'for deb in "$1"/var/cache/apt/archives/*.deb; do',
  'dpkg-deb --show --showformat=\'${Package} ${Version} ${Architecture}\\n\' "$deb";',
  'done > "$1/packages.txt"',
].join(' ')

function parsePackages(text: string): DebianPackage[] {
  return text
    .trim()
    .split('\n')
    .map((line) => {
      const [name = '', version = '', architecture = ''] = line.split(' ')
      return { name, version, architecture }
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
}
