import { mkdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { CACHE_LABEL } from '@afloat/boot2container'
import { partitionTypes } from '@afloat/disk'
import { AfloatError } from '@afloat/report'
import type { Architecture } from '../architecture.ts'
import { cached, keyOf, prune, sources } from '../cache.ts'
import { writeEsp } from '../esp-image.ts'
import { type ImagePartition, uuidsOf, writeGptImage } from '../gpt-image.ts'
import { unpackNamed } from '../os-packages.ts'
import { type UkiParts, writeUki } from '../uki.ts'
import { writeAuthorityPack } from './authority-pack.ts'
import { writeIso } from './iso-image.ts'
import { type B2cParts, describeFile } from './release.ts'
import { writeSeedPack } from './seed-pack.ts'

const MiB = 1024 * 1024

/** `disk`: for sticks and disks, with room for a cache. `iso`: for CDs and remote consoles, and sticks too. */
export type MediumKind = 'disk' | 'iso'

/** What a medium that machines boot from is made of. */
export type MediumInputs = B2cParts & {
  readonly kind: MediumKind
  /** Images, OCI archives. */
  readonly seeds: readonly string[]
  /** Certificates, PEM. */
  readonly authorities: readonly string[]
  readonly cmdline: string
  /** Of the partition for the cache, made when there is one; of a disk only. */
  readonly cacheMiB?: number | undefined
}

/** Paths of files in the cache. */
export type BootMedium = {
  readonly image: string
  /** What the firmware reads, in one. */
  readonly uki: string
}

/** Where firmware looks on media that can be taken out, and the stub that it starts there. */
const efi: Readonly<Record<Architecture, { path: string; stub: string }>> = {
  x86_64: { path: 'EFI/BOOT/BOOTX64.EFI', stub: 'linuxx64.efi.stub' },
  aarch64: { path: 'EFI/BOOT/BOOTAA64.EFI', stub: 'linuxaa64.efi.stub' },
}

/**
 * Returns an image whose EFI system partition holds one UKI: a GPT disk image, sparse, or an ISO 9660 image, which a BIOS
 * starts too. Same inputs, same bytes. Throws `build/too-large`.
 */
export async function ensureBootMedium(inputs: MediumInputs): Promise<BootMedium> {
  const { kind, tools, base, packs, seeds, authorities, cmdline, cacheMiB } = inputs
  const paths = [...packs.map(({ path }) => path), ...seeds, ...authorities]
  await checkSize([base.kernel, base.initramfs, ...paths])
  const files = await Promise.all(paths.map(describeFile))
  const stub = await ensureStub(inputs)
  const key = keyOf([
    kind,
    base.key,
    tools.key,
    stub.key,
    files,
    seeds.length,
    cmdline,
    cacheMiB ?? 0,
    await sources(...builders),
  ])
  const dir = await cached('b2c-images', key, async (partial) => {
    const work = join(partial, 'work')
    await mkdir(work)
    const initrds = await listInitrds(inputs, work)
    const uki = join(partial, ukiName)
    await writeInOne(inputs, initrds, stub.path, uki)
    const esp = await writeEspOf(inputs, uuidsOf(key), uki, work)
    const image = join(partial, imageNames[kind])
    await (kind === 'iso'
      ? writeCd(inputs, initrds, esp, work, image)
      : writeDisk(inputs, uuidsOf(key), esp, image))
    await rm(work, { recursive: true })
  })
  await prune('b2c-images', 2)
  return { image: join(dir, imageNames[kind]), uki: join(dir, ukiName) }
}

const ukiName = 'afloat.efi'
const imageNames: Readonly<Record<MediumKind, string>> = { disk: 'b2c.img', iso: 'b2c.iso' }
const builders = [
  ...['boot-medium', 'iso-image', 'seed-pack', 'share-pack', 'authority-pack'].map(
    (name) => `build/boot2container/${name}.ts`,
  ),
  ...['esp-image', 'gpt-image', 'uki', 'concat-files'].map((name) => `build/${name}.ts`),
]

/** The tools tree has the stub of its own processor. */
async function ensureStub({ tools, base }: MediumInputs): Promise<{ path: string; key: string }> {
  const { architecture } = base.inputs
  const place = `usr/lib/systemd/boot/efi/${efi[architecture].stub}`
  if (architecture === 'x86_64') return { path: join(tools.dir, place), key: tools.key }
  const { root, key } = await unpackNamed(['systemd-boot-efi'], architecture)
  return { path: join(root, place), key }
}

/** Archives of the initramfs in their order; those that are of this medium alone are written to `work`. */
async function listInitrds(
  { base, packs, seeds, authorities }: MediumInputs,
  work: string,
): Promise<string[]> {
  const initrds = [base.initramfs, ...packs.map(({ path }) => path)]
  if (seeds.length > 0) {
    initrds.push(join(work, 'seed'))
    await writeSeedPack(seeds, initrds.at(-1)!)
  }
  if (authorities.length > 0) {
    initrds.push(join(work, 'authorities'))
    await writeAuthorityPack(authorities, initrds.at(-1)!)
  }
  return initrds
}

async function writeInOne(
  { tools, base, cmdline }: MediumInputs,
  initrds: readonly string[],
  stub: string,
  output: string,
): Promise<void> {
  const { packages, modules } = base.inputs
  const uki: UkiParts = {
    kernel: base.kernel,
    kernelRelease: modules.release,
    initrds,
    cmdline,
    osRelease: 'ID=afloat\nNAME="Afloat"\nPRETTY_NAME="Afloat boot2container"\n',
    stub,
    epoch: packages.epoch,
  }
  await writeUki(tools, uki, output)
}

type Esp = { readonly path: string; readonly sizeMiB: number }

async function writeEspOf(
  { tools, base }: MediumInputs,
  uuidOf: (name: string) => string,
  uki: string,
  work: string,
): Promise<Esp> {
  const { packages, architecture } = base.inputs
  const path = join(work, 'esp.img')
  const sizeMiB = espMiB((await stat(uki)).size)
  const files = { [efi[architecture].path]: { from: uki } }
  const parts = { sizeMiB, id: uuidOf('esp').slice(0, 8), files, epoch: packages.epoch }
  await writeEsp(tools, parts, join(work, 'esp'), path)
  return { path, sizeMiB }
}

async function writeDisk(
  { tools, cacheMiB }: MediumInputs,
  uuidOf: (name: string) => string,
  esp: Esp,
  output: string,
): Promise<void> {
  const partitions: ImagePartition[] = [
    { name: 'esp', type: partitionTypes.esp, uuid: uuidOf('esp'), sizeMiB: esp.sizeMiB, content: esp.path },
  ]
  // By this name the machine takes it for its cache, and formats it.
  const cache = { name: CACHE_LABEL, type: partitionTypes.linuxData, uuid: uuidOf('cache') }
  if (cacheMiB !== undefined) partitions.push({ ...cache, sizeMiB: cacheMiB })
  await writeGptImage(tools, uuidOf('disk'), partitions, output)
}

async function writeCd(
  { tools, base, cmdline }: MediumInputs,
  initrds: readonly string[],
  esp: Esp,
  work: string,
  output: string,
): Promise<void> {
  const { packages, architecture } = base.inputs
  const bios = architecture === 'x86_64' ? { kernel: base.kernel, initrds, cmdline } : undefined
  await writeIso(tools, { esp: esp.path, bios, epoch: packages.epoch }, join(work, 'cd'), output)
}

/** Room for the file, its table of clusters and folders; FAT32 is not smaller than 33 MiB. */
function espMiB(ukiBytes: number): number {
  return Math.max(36, Math.ceil((ukiBytes / MiB) * 1.03) + 4)
}

/** Firmware reads it all to memory, and Linux once more. */
const mostBytes = 2 ** 31 - 64 * MiB

async function checkSize(paths: readonly string[]): Promise<void> {
  const sizes = await Promise.all(paths.map(async (path) => (await stat(path)).size))
  const total = sizes.reduce((sum, bytes) => sum + bytes, 0)
  if (total <= mostBytes) return
  throw new AfloatError(
    'build/too-large',
    `Cannot put kernel, packs and images into one file: found ${total} bytes, expected ${mostBytes} at most`,
    { hint: 'Give fewer images with --seed; they can also be in the folder "seed" of the cache partition' },
  )
}
