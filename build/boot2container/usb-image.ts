import { mkdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { CACHE_LABEL } from '@afloat/boot2container'
import { partitionTypes } from '@afloat/disk'
import { AfloatError } from '@afloat/report'
import { cached, keyOf, prune, sources } from '../cache.ts'
import { writeEsp } from '../esp-image.ts'
import { type ImagePartition, uuidsOf, writeGptImage } from '../gpt-image.ts'
import { type UkiParts, writeUki } from '../uki.ts'
import { writeAuthorityPack } from './authority-pack.ts'
import { type B2cParts, describeFile } from './release.ts'
import { writeSeedPack } from './seed-pack.ts'

const MiB = 1024 * 1024

/** What a disk image for USB sticks is made of. */
export type UsbImageInputs = B2cParts & {
  /** Images, OCI archives. */
  readonly seeds: readonly string[]
  /** Certificates, PEM. */
  readonly authorities: readonly string[]
  readonly cmdline: string
  /** Of the partition for the cache, made when there is one. */
  readonly cacheMiB?: number | undefined
}

/** Paths of files in the cache. */
export type UsbImage = {
  readonly image: string
  /** What the firmware reads, in one. */
  readonly uki: string
}

/**
 * Returns a GPT disk image, sparse, whose EFI system partition holds one UKI at the place where firmware looks on media that
 * can be taken out. Same inputs, same bytes. Throws `build/too-large`.
 */
export async function ensureUsbImage(inputs: UsbImageInputs): Promise<UsbImage> {
  const { tools, base, packs, seeds, authorities, cmdline, cacheMiB } = inputs
  const paths = [...packs.map(({ path }) => path), ...seeds, ...authorities]
  await checkSize([base.kernel, base.initramfs, ...paths])
  const files = await Promise.all(paths.map(describeFile))
  const key = keyOf([
    base.key,
    tools.key,
    files,
    seeds.length,
    cmdline,
    cacheMiB ?? 0,
    await sources(...builders),
  ])
  const dir = await cached('b2c-images', key, async (partial) => {
    const work = join(partial, 'work')
    await mkdir(work)
    await writeInOne(inputs, work, join(partial, ukiName))
    await writeDisk(inputs, uuidsOf(key), join(partial, ukiName), work, join(partial, diskName))
    await rm(work, { recursive: true })
  })
  await prune('b2c-images', 2)
  return { image: join(dir, diskName), uki: join(dir, ukiName) }
}

const ukiName = 'afloat.efi'
const diskName = 'b2c.img'
const builders = [
  ...['usb-image', 'seed-pack', 'share-pack', 'authority-pack'].map(
    (name) => `build/boot2container/${name}.ts`,
  ),
  ...['esp-image', 'gpt-image', 'uki'].map((name) => `build/${name}.ts`),
]

async function writeInOne(inputs: UsbImageInputs, work: string, output: string): Promise<void> {
  const { tools, base, packs, seeds, authorities, cmdline } = inputs
  const initrds = [base.initramfs, ...packs.map(({ path }) => path)]
  if (seeds.length > 0) {
    initrds.push(join(work, 'seed'))
    await writeSeedPack(seeds, initrds.at(-1)!)
  }
  if (authorities.length > 0) {
    initrds.push(join(work, 'authorities'))
    await writeAuthorityPack(authorities, initrds.at(-1)!)
  }
  const { packages, modules } = base.inputs
  const uki: UkiParts = {
    kernel: base.kernel,
    kernelRelease: modules.release,
    initrds,
    cmdline,
    osRelease: 'ID=afloat\nNAME="Afloat"\nPRETTY_NAME="Afloat boot2container"\n',
    epoch: packages.epoch,
  }
  await writeUki(tools, uki, output)
}

async function writeDisk(
  { tools, base, cacheMiB }: UsbImageInputs,
  uuidOf: (name: string) => string,
  uki: string,
  work: string,
  output: string,
): Promise<void> {
  const content = join(work, 'esp.img')
  const sizeMiB = espMiB((await stat(uki)).size)
  const files = { 'EFI/BOOT/BOOTX64.EFI': { from: uki } }
  const { epoch } = base.inputs.packages
  await writeEsp(tools, { sizeMiB, id: uuidOf('esp').slice(0, 8), files, epoch }, join(work, 'esp'), content)
  const partitions: ImagePartition[] = [
    { name: 'esp', type: partitionTypes.esp, uuid: uuidOf('esp'), sizeMiB, content },
  ]
  // By this name the machine takes it for its cache, and formats it.
  const cache = { name: CACHE_LABEL, type: partitionTypes.linuxData, uuid: uuidOf('cache') }
  if (cacheMiB !== undefined) partitions.push({ ...cache, sizeMiB: cacheMiB })
  await writeGptImage(tools, uuidOf('disk'), partitions, output)
}

/** Room for the file, its table of clusters and folders; FAT32 is not smaller than 33 MiB. */
function espMiB(ukiBytes: number): number {
  return Math.max(64, Math.ceil((ukiBytes / MiB) * 1.03) + 4)
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
