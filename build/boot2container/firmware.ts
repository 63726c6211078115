import { existsSync } from 'node:fs'
import { copyFile, mkdir, realpath, symlink } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { readList } from '../cache.ts'
import { type UnpackedPackages, unpackNamed } from '../os-packages.ts'
import { repoDir } from '../paths.ts'
import type { B2cInputs } from './parts.ts'

const list = 'image/boot2container/firmware.packages'
const home = 'usr/lib/firmware'

/** Most firmware is not free software, and in a part of Debian of its own. */
export async function unpackFirmware(): Promise<UnpackedPackages> {
  const names = await readList(join(repoDir, list))
  return await unpackNamed(names, 'x86_64', ['main', 'non-free-firmware'])
}

/**
 * Copies the files that drivers of a kernel ask for, each compressed as the kernel reads it: few machines need more than one
 * of them, and all lie in memory. Names with wildcards are of wireless cards, and are passed over.
 */
export async function fillFirmware(
  inputs: B2cInputs,
  { root }: UnpackedPackages,
  tree: string,
): Promise<void> {
  const from = await realpath(join(root, home))
  const target = join(tree, home)
  const copied = new Set<string>()
  for (const name of await askedFor(inputs)) {
    const path = join(from, name)
    if (!existsSync(path)) continue
    const real = relative(from, await realpath(path))
    if (!copied.has(real)) {
      await mkdir(dirname(join(target, real)), { recursive: true })
      await copyFile(join(from, real), join(target, real))
      copied.add(real)
    }
    if (name !== real) await link(target, name, real)
  }
  const input = [...copied].map((path) => `${join(target, path)}\0`).join('')
  // What the kernel's own reader of xz can do.
  const options = ['--check=crc32', '--lzma2=preset=6,dict=1MiB', '--threads=1']
  await inputs.tools.run(['xargs', '-0', '-P', '2', '-n', '16', 'xz', ...options], { input })
}

/** Returns the names of firmware that the drivers of a kernel know of, sorted. */
async function askedFor({ tools, modules }: B2cInputs): Promise<string[]> {
  const input = [...modules.needs.keys()].map((file) => `${join(modules.home, file)}\n`).join('')
  const names = await tools.run(['xargs', 'modinfo', '--field=firmware'], { input })
  return [...new Set(names.split('\n'))].filter((name) => name !== '' && !/[*?[]/.test(name)).sort()
}

async function link(target: string, name: string, real: string): Promise<void> {
  const path = join(target, `${name}.xz`)
  await mkdir(dirname(path), { recursive: true })
  await symlink(relative(dirname(path), join(target, `${real}.xz`)), path)
}
