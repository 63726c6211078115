import { createHash } from 'node:crypto'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { toUuid } from '@afloat/disk'
import type { ReleaseIdentity } from '@afloat/release'
import { bundleHostProgram } from './bundle.ts'
import { cached, keyOf, prune, sources } from './cache.ts'
import type { UnpackedPackages } from './os-packages.ts'
import { hashOverlays } from './overlay.ts'
import { addReleaseFiles } from './release-files.ts'
import { runProgram } from './run-program.ts'
import type { ToolsTree } from './tools-tree.ts'
import { hashImageData, makeUsrTree } from './usr-tree.ts'

/** `/usr` of one release: a file system, its hash tree, and the hash that vouches for both. */
export type UsrImage = {
  readonly key: string
  /** 64 hexadecimal digits. */
  readonly rootHash: string
  readonly erofs: string
  readonly verity: string
  /** A text file that names the largest files in it. */
  readonly largest: string
}

/**
 * Returns `/usr` of a release as an EROFS image with a dm-verity hash tree, built when an input changed.
 * Throws `build/bad-overlay`.
 */
export async function ensureUsrImage(
  tools: ToolsTree,
  packages: UnpackedPackages,
  release: { readonly identity: ReleaseIdentity; readonly overlays: readonly string[] },
): Promise<UsrImage> {
  const { identity, overlays } = release
  const programs = await bundlePrograms()
  const code = await sources('build/usr-image.ts', 'build/release-files.ts', 'build/overlay.ts')
  const base = await ensureUsrTree(tools, packages)
  const key = keyOf([code, base.key, identity, programs, await hashOverlays(overlays)])
  const dir = await cached('usr', key, async (partial) => {
    const tree = join(partial, 'tree')
    await runProgram(['cp', '--archive', '--reflink=auto', base.dir, tree])
    await addReleaseFiles(tree, { identity, programs, overlays })
    await writeFile(join(partial, 'largest.txt'), await listLargest(tree))
    await makeFileSystem(tools, { tree: join(tree, 'usr'), dir: partial, key, epoch: packages.epoch })
    await rm(tree, { recursive: true })
  })
  await prune('usr', 12)
  const rootHash = (await readFile(join(dir, 'usr.roothash'), 'utf8')).trim()
  const [erofs, verity, largest] = [join(dir, 'usr.erofs'), join(dir, 'usr.verity'), join(dir, 'largest.txt')]
  return { key, rootHash, erofs, verity, largest }
}

/** Programs of the hosts by their path below /usr. */
async function bundlePrograms(): Promise<Record<string, string>> {
  return {
    'lib/afloat/ctl.js': await bundleHostProgram('host/ctl/main.ts'),
    'lib/afloat/health.js': await bundleHostProgram('host/health/main.ts'),
    'lib/afloat/provision.js': await bundleHostProgram('host/provision/main.ts'),
    'lib/afloat/survivors.js': await bundleHostProgram('host/survivors/main.ts'),
    'lib/afloat/softreboot.js': await bundleHostProgram('host/softreboot/main.ts'),
    'lib/afloat/update.js': await bundleHostProgram('host/update/main.ts'),
  }
}

/** Returns what all releases of these packages have in common. */
async function ensureUsrTree(
  tools: ToolsTree,
  packages: UnpackedPackages,
): Promise<{ key: string; dir: string }> {
  const code = await sources('build/usr-tree.ts', 'build/outside.ts', 'build/needed-libraries.ts')
  const key = keyOf([code, tools.key, packages.key, await hashImageData()])
  const dir = await cached('usr-tree', key, async (partial) => {
    await mkdir(join(partial, 'tree'))
    await makeUsrTree(tools, packages, join(partial, 'tree'))
  })
  await prune('usr-tree', 3)
  return { key, dir: join(dir, 'tree') }
}

/** Identifiers and salt come from the key of the inputs: the same inputs give the same bytes. */
async function makeFileSystem(
  tools: ToolsTree,
  of: { tree: string; dir: string; key: string; epoch: number },
): Promise<void> {
  const seed = createHash('sha256').update(`usr ${of.key}`).digest('hex')
  const erofs = join(of.dir, 'usr.erofs')
  const ids = [`-T${of.epoch}`, `-U${toUuid(seed.slice(0, 32))}`]
  await tools.run(['mkfs.erofs', '--quiet', '-zlz4hc,9', '-C16384', ...ids, erofs, of.tree])
  const verity = [erofs, join(of.dir, 'usr.verity'), '--salt', seed, '--uuid', toUuid(seed.slice(32))]
  await tools.run(['veritysetup', 'format', ...verity, '--root-hash-file', join(of.dir, 'usr.roothash')])
}

async function listLargest(tree: string): Promise<string> {
  const text = await runProgram(['find', tree, '-type', 'f', '-printf', '%s %P\\n'])
  const rows = text.trim().split('\n')
  rows.sort((a, b) => Number.parseInt(b, 10) - Number.parseInt(a, 10))
  return `${rows.slice(0, 40).join('\n')}\n`
}
