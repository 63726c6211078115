import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { toUuid, usrPartitionUuids } from '@afloat/disk'
import { bundleHostProgram } from './bundle.ts'
import { cached, keyOf, prune } from './cache.ts'
import { writeDiskImage } from './disk-image.ts'
import { writeInitramfs } from './initramfs.ts'
import { type DebianPackage, type UnpackedPackages, unpackPackages } from './os-packages.ts'
import { repoDir } from './paths.ts'
import { runProgram } from './run-program.ts'
import { ensureToolsTree, type ToolsTree } from './tools-tree.ts'
import { hashImageData, makeUsrTree } from './usr-tree.ts'

/** What an image consists of; written beside it as `manifest.json`. */
export type ImageManifest = {
  readonly apiVersion: 'afloat/v1'
  readonly kind: 'Image'
  readonly version: string
  readonly architecture: 'x86_64'
  readonly kernel: string
  readonly usrRootHash: string
  readonly artefacts: readonly Artefact[]
  readonly packages: readonly DebianPackage[]
}

export type Artefact = { readonly name: string; readonly bytes: number; readonly sha256: string }

export type BuiltImage = { readonly dir: string; readonly diskPath: string; readonly manifest: ImageManifest }

/** Runs the named stage of a build; the caller shows and times it. */
export type StageRunner = <T>(name: string, run: () => Promise<T>) => Promise<T>

/**
 * Returns the image of a release, building the stages whose inputs changed.
 * Stages are kept in the cache by the hash of their inputs: packages, /usr, UKI, disk.
 */
export async function ensureImage(options: { version: string; stage: StageRunner }): Promise<BuiltImage> {
  const { version, stage } = options
  const tools = await stage('Tools tree', () => ensureToolsTree())
  const packages = await stage('Debian packages', () => unpackPackages('image/os.packages'))
  const usr = await stage('Operating system (/usr)', () => ensureUsr(tools, packages, version))
  const boot = await stage('Initramfs and UKI', () => ensureUki(tools, packages, usr, version))
  return await stage('Disk image', () => ensureDisk(tools, packages, usr, boot, version))
}

/** Counts up when the way a stage works changes, so that results of the old way are not taken for new ones. */
const stageVersions = { usr: 1, boot: 1, disk: 1 }

type Usr = { readonly key: string; readonly dir: string; readonly rootHash: string }

async function ensureUsr(tools: ToolsTree, packages: UnpackedPackages, version: string): Promise<Usr> {
  const programs = {
    'lib/afloat/provision.js': await bundleHostProgram('host/provision/main.ts'),
  }
  const key = keyOf([
    stageVersions.usr,
    packages.key,
    packages.packages,
    version,
    programs,
    await hashImageData(),
  ])
  const dir = await cached('usr', key, async (partial) => {
    const tree = join(partial, 'tree')
    await mkdir(tree)
    await makeUsrTree(packages, { version, programs }, tree)
    const epoch = String(await epochOf(packages))
    const seed = createHash('sha256').update(`usr ${key}`).digest('hex')
    const usr = join(partial, 'usr.erofs')
    const verity = join(partial, 'usr.verity')
    await tools.run([
      'mkfs.erofs',
      '--quiet',
      '-zlz4hc,9',
      '-C16384',
      `-T${epoch}`,
      `-U${toUuid(seed.slice(0, 32))}`,
      usr,
      join(tree, 'usr'),
    ])
    await tools.run([
      'veritysetup',
      'format',
      usr,
      verity,
      '--salt',
      seed,
      '--uuid',
      toUuid(seed.slice(32)),
      '--root-hash-file',
      join(partial, 'usr.roothash'),
    ])
    await writeFile(join(partial, 'largest.txt'), await listLargest(tree))
    await rm(tree, { recursive: true })
  })
  await prune('usr', 6)
  return { key, dir, rootHash: (await readFile(join(dir, 'usr.roothash'), 'utf8')).trim() }
}

/** The date of the newest packaged file: later packages, later date, and no clock involved. Seconds since 1970. */
async function epochOf(packages: UnpackedPackages): Promise<number> {
  const text = await runProgram(['find', join(packages.root, 'usr'), '-type', 'f', '-printf', '%T@\\n'])
  const times = text.trim().split('\n').map(Number)
  return Math.floor(times.reduce((latest, time) => Math.max(latest, time), 0))
}

async function listLargest(tree: string): Promise<string> {
  const text = await runProgram(['find', tree, '-type', 'f', '-printf', '%s %P\\n'])
  const rows = text
    .trim()
    .split('\n')
    .map((line) => ({ line, bytes: Number(line.split(' ')[0]) }))
  rows.sort((a, b) => b.bytes - a.bytes)
  return `${rows
    .slice(0, 40)
    .map((row) => row.line)
    .join('\n')}\n`
}

async function ensureUki(tools: ToolsTree, packages: UnpackedPackages, usr: Usr, version: string) {
  const init = await bundleHostProgram('host/init/main.ts')
  const script = await readFile(join(repoDir, 'host/init/init.sh'), 'utf8')
  const modules = await readFile(join(repoDir, 'image/initramfs.modules'), 'utf8')
  const options = (await readFile(join(repoDir, 'image/cmdline'), 'utf8')).trim().replace(/\s+/g, ' ')
  const kernel = (await readdir(join(packages.root, 'usr/lib/modules')))[0]!
  const ramKey = keyOf([
    stageVersions.boot,
    packages.key,
    packages.packages,
    init,
    script,
    modules,
    tools.dir,
  ])
  const epoch = await epochOf(packages)
  const ramDir = await cached('initramfs', ramKey, async (partial) => {
    const work = join(partial, 'work')
    await mkdir(work)
    await indexModules(packages, kernel)
    await writeInitramfs({ tools, root: packages.root, init, epoch }, work, join(partial, 'initramfs.zst'))
    await rm(work, { recursive: true })
  })
  const key = keyOf([stageVersions.boot, ramKey, usr.rootHash, options, version])
  const dir = await cached('uki', key, async (partial) => {
    await tools.run(
      [
        'ukify',
        'build',
        `--linux=${join(packages.root, 'boot', `vmlinuz-${kernel}`)}`,
        `--initrd=${join(ramDir, 'initramfs.zst')}`,
        `--cmdline=usrhash=${usr.rootHash} ${options}`,
        `--os-release=ID=afloat\nNAME="Afloat"\nPRETTY_NAME="Afloat ${version}"\nVERSION_ID=${version}\nIMAGE_ID=afloat\nIMAGE_VERSION=${version}\n`,
        `--uname=${kernel}`,
        `--output=${join(partial, 'afloat.efi')}`,
      ],
      { env: { ...process.env, SOURCE_DATE_EPOCH: String(epoch) } },
    )
  })
  await prune('initramfs', 4)
  await prune('uki', 6)
  return { key, kernel, uki: join(dir, 'afloat.efi'), initramfs: join(ramDir, 'initramfs.zst') }
}

/** The packages come without an index of their modules; it is made once, beside them. */
async function indexModules(packages: UnpackedPackages, kernel: string): Promise<void> {
  await runProgram(['chroot', packages.root, '/usr/sbin/depmod', '--all', kernel])
}

async function ensureDisk(
  tools: ToolsTree,
  packages: UnpackedPackages,
  usr: Usr,
  boot: Awaited<ReturnType<typeof ensureUki>>,
  version: string,
): Promise<BuiltImage> {
  const key = keyOf([
    stageVersions.disk,
    usr.key,
    boot.key,
    await readFile(join(repoDir, 'build/disk-image.ts'), 'utf8'),
  ])
  const dir = await cached('images', key, async (partial) => {
    const work = join(partial, 'work')
    await mkdir(work)
    const inputs = { usr: join(usr.dir, 'usr.erofs'), verity: join(usr.dir, 'usr.verity') }
    const uuids = usrPartitionUuids(usr.rootHash)
    const uuidOf = (name: string) =>
      toUuid(createHash('sha256').update(`${name} ${key}`).digest('hex').slice(0, 32))
    const disk = join(partial, 'disk.raw')
    const epoch = await epochOf(packages)
    await writeDiskImage({ tools, version, ...inputs, uki: boot.uki, uuids, uuidOf, epoch }, work, disk)
    const files = {
      'disk.raw': disk,
      'usr.erofs': inputs.usr,
      'usr.verity': inputs.verity,
      'afloat.efi': boot.uki,
      'initramfs.zst': boot.initramfs,
    }
    const artefacts: Artefact[] = []
    for (const [name, path] of Object.entries(files)) artefacts.push(await describe(name, path))
    const manifest: ImageManifest = {
      apiVersion: 'afloat/v1',
      kind: 'Image',
      version,
      architecture: 'x86_64',
      kernel: boot.kernel,
      usrRootHash: usr.rootHash,
      artefacts,
      packages: packages.packages,
    }
    for (const name of ['usr.erofs', 'usr.verity', 'afloat.efi', 'initramfs.zst']) {
      await runProgram([
        'cp',
        '--reflink=auto',
        '--sparse=always',
        files[name as keyof typeof files],
        join(partial, name),
      ])
    }
    await writeFile(join(partial, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`)
    await rm(work, { recursive: true })
  })
  await prune('images', 4)
  const manifest = JSON.parse(await readFile(join(dir, 'manifest.json'), 'utf8')) as ImageManifest
  return { dir, diskPath: join(dir, 'disk.raw'), manifest }
}

async function describe(name: string, path: string): Promise<Artefact> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer)
  return { name, bytes: (await stat(path)).size, sha256: hash.digest('hex') }
}
