import { mkdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { CACHE_LABEL } from '@afloat/boot2container'
import { partitionTypes } from '@afloat/disk'
import { AfloatError } from '@afloat/report'
import { cached, keyOf, prune, sources } from '../cache.ts'
import { writeEsp } from '../esp-image.ts'
import { type ImagePartition, uuidsOf, writeGptImage } from '../gpt-image.ts'
import { writeUki } from '../uki.ts'
import { type B2cFile, type B2cParts, describeFile } from './release.ts'
import { writeSeedPack } from './seed-pack.ts'

const MiB = 1024 * 1024

/** What a disk image for USB sticks is made of. */
export type UsbImageInputs = B2cParts & {
  /** Images, OCI archives. */
  readonly seeds: readonly string[]
  readonly cmdline: string
  /** Of the partition for the cache, made when there is one. */
  readonly cacheMiB?: number | undefined
}

export type UsbImage = {
  readonly path: string
  readonly image: B2cFile
  /** What the firmware reads, in one. */
  readonly uki: B2cFile
}

/**
 * Returns a GPT disk image, sparse, whose EFI system partition holds one UKI at the place where firmware looks on media that
 * can be taken out. Same inputs, same bytes. Throws `build/too-large`.
 */
export async function ensureUsbImage(inputs: UsbImageInputs): Promise<UsbImage> {
  const { tools, base, packs, seeds, cmdline, cacheMiB } = inputs
  const epoch = base.inputs.packages.epoch
  const hashes = await Promise.all(seeds.map((path) => describeFile('', path)))
  const code = await sources(...builders)
  const parts = packs.map(({ path }) => path)
  const key = keyOf([base.key, tools.key, parts, hashes, cmdline, cacheMiB ?? 0, code])
  const dir = await cached('b2c-images', key, async (partial) => {
    const work = join(partial, 'work')
    await mkdir(work)
    const seed = join(work, 'seed')
    if (seeds.length > 0) await writeSeedPack(seeds, seed)
    const initrds = [base.initramfs, ...parts, ...(seeds.length > 0 ? [seed] : [])]
    await checkSize([base.kernel, ...initrds])
    const uki = join(partial, 'afloat.efi')
    const kernelRelease = base.inputs.modules.release
    await writeUki(tools, { kernel: base.kernel, kernelRelease, initrds, cmdline, osRelease, epoch }, uki)
    const uuidOf = uuidsOf(key)
    const esp = join(work, 'esp.img')
    const sizeMiB = espMiB((await stat(uki)).size)
    const files = { 'EFI/BOOT/BOOTX64.EFI': { from: uki } }
    const id = uuidOf('esp').slice(0, 8)
    await writeEsp(tools, { sizeMiB, id, files, epoch }, join(work, 'esp'), esp)
    const partitions: ImagePartition[] = [
      { name: 'esp', type: partitionTypes.esp, uuid: uuidOf('esp'), sizeMiB, content: esp },
    ]
    // By this name the machine takes it for its cache, and formats it.
    const cache = { name: CACHE_LABEL, type: partitionTypes.linuxData, uuid: uuidOf('cache') }
    if (cacheMiB !== undefined) partitions.push({ ...cache, sizeMiB: cacheMiB })
    await writeGptImage(tools, uuidOf('disk'), partitions, join(partial, 'b2c.img'))
    await rm(work, { recursive: true })
  })
  await prune('b2c-images', 2)
  const [image, uki] = [await describeFile(dir, 'b2c.img'), await describeFile(dir, 'afloat.efi')]
  return { path: join(dir, 'b2c.img'), image, uki }
}

const builders = [
  ...['usb-image', 'seed-pack'].map((name) => `build/boot2container/${name}.ts`),
  ...['esp-image', 'gpt-image', 'uki'].map((name) => `build/${name}.ts`),
]

const osRelease = 'ID=afloat\nNAME="Afloat"\nPRETTY_NAME="Afloat boot2container"\n'

/** Room for the file, its table of clusters and folders; FAT32 is not smaller than 33 MiB. */
function espMiB(ukiBytes: number): number {
  return Math.max(64, Math.ceil((ukiBytes / MiB) * 1.03) + 4)
}

/** A file on FAT32 has at most 4 GiB, and firmware needs memory for it twice. */
const mostBytes = 2 ** 32 - 64 * MiB

async function checkSize(paths: readonly string[]): Promise<void> {
  const sizes = await Promise.all(paths.map(async (path) => (await stat(path)).size))
  const total = sizes.reduce((sum, bytes) => sum + bytes, 0)
  if (total <= mostBytes) return
  throw new AfloatError(
    'build/too-large',
    `Cannot put ${total} bytes of kernel, packs and images into one file: firmware takes ${mostBytes}`,
    { hint: 'Give fewer images with --seed; they can also be in the folder "seed" of the cache partition' },
  )
}
