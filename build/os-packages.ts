import { existsSync } from 'node:fs'
import { readdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Architecture, architectures } from './architecture.ts'
import { cached, keyOf, prune, readList } from './cache.ts'
import { repoDir } from './paths.ts'
import { runProgram } from './run-program.ts'
import { ensureToolsTree, mmdebstrap, suite } from './tools-tree.ts'

/** Debian packages, unpacked; no maintainer script has run. */
export type UnpackedPackages = {
  readonly key: string
  readonly root: string
  readonly packages: readonly DebianPackage[]
  /** The date of the newest packaged file, in seconds since 1970: later packages, later date, no clock involved. */
  readonly epoch: number
}

export type DebianPackage = { readonly name: string; readonly version: string; readonly architecture: string }

/**
 * Unpacks the packages named in a list file, with what they depend on.
 * The versions are those of the mirror on the day; a result is kept until the list changes.
 */
export async function unpackPackages(
  listFile: string,
  architecture: Architecture = 'x86_64',
): Promise<UnpackedPackages> {
  return await unpackNamed(await readList(join(repoDir, listFile)), architecture)
}

/** Like unpackPackages(), for these packages; `components` are parts of Debian, if not only the main one. */
export async function unpackNamed(
  names: readonly string[],
  architecture: Architecture,
  components: readonly string[] = [],
): Promise<UnpackedPackages> {
  const { debian } = architectures[architecture]
  const unusual = {
    ...(architecture === 'x86_64' ? {} : { debian }),
    ...(components.length === 0 ? {} : { components }),
  }
  const list = keyOf({ suite, names, version: 5, ...unusual })
  const dir = await cached('packages', list, async (partial) => {
    const root = join(partial, 'root')
    await mmdebstrap(
      [
        '--variant=extract',
        `--architectures=${debian}`,
        ...(components.length === 0 ? [] : [`--components=${components.join(',')}`]),
        `--include=${names.join(',')}`,
        `--extract-hook=${listPackages}`,
      ],
      root,
    )
    await rename(join(root, 'packages.txt'), join(partial, 'packages.txt'))
    await writeFile(join(partial, 'epoch'), String(await newestFile(root)))
    if (existsSync(join(root, 'usr/lib/modules'))) {
      const tools = await ensureToolsTree()
      await tools.run(['depmod', '--basedir', join(root, 'usr'), '--all', await kernelOf(root)])
    }
  })
  await prune('packages', 16)
  const packages = parsePackages(await readFile(join(dir, 'packages.txt'), 'utf8'))
  const epoch = Number(await readFile(join(dir, 'epoch'), 'utf8'))
  return { key: keyOf([list, packages]), root: join(dir, 'root'), packages, epoch }
}

/** Returns the release of the kernel among the packages, as in `uname -r`. */
export async function kernelOf(root: string): Promise<string> {
  const names = await readdir(join(root, 'usr/lib/modules'))
  if (names.length !== 1) throw new Error(`Expected one kernel in ${root}, found ${names.length}`)
  return names[0]!
}

/** The kernel of that release among the packages. */
export function kernelFile(root: string, release: string): string {
  return join(root, 'boot', `vmlinuz-${release}`)
}

async function newestFile(root: string): Promise<number> {
  const text = await runProgram(['find', join(root, 'usr'), '-type', 'f', '-printf', '%T@\\n'])
  return Math.floor(
    text
      .trim()
      .split('\n')
      .reduce((latest, time) => Math.max(latest, Number(time)), 0),
  )
}

// The package database is empty after an extraction, so the list is taken from the archives themselves.
const listPackages = [
  'for deb in "$1"/var/cache/apt/archives/*.deb; do',
  'dpkg-deb --field "$deb" Package Version Architecture;',
  'done > "$1/packages.txt"',
].join(' ')

/** Reads three lines for each package: "Package: …", "Version: …", "Architecture: …". */
function parsePackages(text: string): DebianPackage[] {
  const field = (line: string | undefined) => line?.replace(/^\w+: /, '') ?? ''
  const lines = text.trim().split('\n')
  const packages: DebianPackage[] = []
  for (let i = 0; i < lines.length; i += 3) {
    const [name, version, architecture] = [field(lines[i]), field(lines[i + 1]), field(lines[i + 2])]
    packages.push({ name, version, architecture })
  }
  return packages.sort((a, b) => (a.name < b.name ? -1 : 1))
}
