import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { copyFile, rename, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { Architecture } from '../architecture.ts'
import { makeDirs, writeAtomic } from '../cache.ts'
import { concatFiles } from '../concat-files.ts'
import type { StageRunner } from '../release-parts.ts'
import { ensureToolsTree, type ToolsTree } from '../tools-tree.ts'
import { checkAuthorities, writeAuthorityPack } from './authority-pack.ts'
import { type B2cBase, ensureB2cBase } from './base.ts'
import { ensurePack, type PackName } from './packs.ts'
import type { B2cKernel } from './parts.ts'
import { checkSeeds, writeSeedPack } from './seed-pack.ts'

export type B2cReleaseOptions = {
  readonly architecture: Architecture
  readonly kernel: B2cKernel
  readonly packs: readonly PackName[]
  /** Images, OCI archives, for a pack of their own. */
  readonly seeds: readonly string[]
  /** Certificates of authorities, PEM, likewise. */
  readonly authorities: readonly string[]
  /** Whether base and packs are joined to one more file. */
  readonly joined: boolean
  readonly output: string
}

export type B2cFile = { readonly file: string; readonly bytes: number; readonly sha256: string }

/** What a build consists of; `manifest.json` beside it. */
export type B2cManifest = {
  readonly apiVersion: 'afloat/v1'
  readonly kind: 'Boot2container'
  readonly architecture: Architecture
  readonly kernelRelease: string
  readonly kernel: B2cFile
  readonly initramfs: B2cFile
  readonly packs: readonly (B2cFile & { readonly name: string })[]
  /** Base and packs in one. */
  readonly joined?: B2cFile
}

/** Kernel, base and packs of a build, in the cache. */
export type B2cParts = {
  readonly tools: ToolsTree
  readonly base: B2cBase
  readonly packs: readonly { readonly name: PackName; readonly path: string }[]
}

/** Returns what machines boot, built when an input changed. */
export async function ensureB2cParts(
  { architecture, kernel, packs }: Pick<B2cReleaseOptions, 'architecture' | 'kernel' | 'packs'>,
  stage: StageRunner,
): Promise<B2cParts> {
  const tools = await stage('Tools tree', () => ensureToolsTree())
  const base = await stage('Initramfs', () => ensureB2cBase(tools, architecture, kernel))
  const built: { name: PackName; path: string }[] = []
  for (const name of packs)
    built.push({ name, path: await stage(`Pack ${name}`, () => ensurePack(base, name)) })
  return { tools, base, packs: built }
}

/** Builds kernel, base and packs into a folder. The manifest comes last: where it is, everything it names is there. */
export async function buildB2c(options: B2cReleaseOptions, stage: StageRunner): Promise<B2cManifest> {
  const { architecture, output } = options
  checkSeeds(options.seeds)
  await checkAuthorities(options.authorities)
  const { base, packs: built } = await ensureB2cParts(options, stage)
  await makeDirs(output)
  const kernel = await place(base.kernel, output, 'kernel')
  const initramfs = await place(base.initramfs, output, 'initramfs')
  const packs: (B2cFile & { name: string })[] = []
  for (const { name, path } of built) packs.push({ name, ...(await place(path, output, `${name}.pack`)) })
  if (options.seeds.length > 0) {
    await writeSeedPack(options.seeds, join(output, 'seed.pack'))
    packs.push({ name: 'seed', ...(await describeFile(join(output, 'seed.pack'))) })
  }
  if (options.authorities.length > 0) {
    await writeAuthorityPack(options.authorities, join(output, 'ca.pack'))
    packs.push({ name: 'ca', ...(await describeFile(join(output, 'ca.pack'))) })
  }
  const joined = options.joined ? await joinFiles(output, [initramfs, ...packs]) : undefined
  const manifest: B2cManifest = {
    apiVersion: 'afloat/v1',
    kind: 'Boot2container',
    architecture,
    kernelRelease: base.inputs.modules.release,
    kernel,
    initramfs,
    packs,
    ...(joined === undefined ? {} : { joined }),
  }
  await writeAtomic(join(output, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`)
  return manifest
}

async function place(path: string, output: string, file: string): Promise<B2cFile> {
  const partial = join(output, `.${file}.partial`)
  await copyFile(path, partial)
  await rename(partial, join(output, file))
  return await describeFile(join(output, file))
}

async function joinFiles(output: string, files: readonly B2cFile[]): Promise<B2cFile> {
  await concatFiles(
    files.map(({ file }) => join(output, file)),
    join(output, 'initramfs.all'),
  )
  return await describeFile(join(output, 'initramfs.all'))
}

/** Returns name, size and hash of a file. */
export async function describeFile(path: string): Promise<B2cFile> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer)
  return { file: basename(path), bytes: (await stat(path)).size, sha256: hash.digest('hex') }
}
