import { mkdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { CACHE_LABEL } from '@afloat/boot2container'
import { partitionTypes } from '@afloat/disk'
import { AfloatError } from '@afloat/report'
import { type Architecture, architectures } from '../architecture.ts'
import { cached, keyOf, prune, sources } from '../cache.ts'
import { type EspParts, writeEsp } from '../esp-image.ts'
import { type ImagePartition, uuidsOf, writeGptImage } from '../gpt-image.ts'
import { unpackNamed } from '../os-packages.ts'
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

/** What UEFI calls processors in the names of files. */
const efiNames: Readonly<Record<Architecture, string>> = { x86_64: 'x64', aarch64: 'aa64' }

type EspFiles = EspParts['files']

/**
 * Returns the path of an image in the cache whose EFI system partition holds boot loader, kernel, initramfs and command line: a GPT
 * disk image, sparse, or an ISO 9660 image, which a BIOS starts too. Same inputs, same bytes. Throws `build/too-large`.
 */
export async function ensureBootMedium(inputs: MediumInputs): Promise<string> {
  const { kind, tools, base, packs, seeds, authorities, cmdline, cacheMiB } = inputs
  const paths = [...packs.map(({ path }) => path), ...seeds, ...authorities]
  await checkSize([base.kernel, base.initramfs, ...paths])
  const files = await Promise.all(paths.map(describeFile))
  const signed = await unpackLoaders(base.inputs.architecture)
  const key = keyOf([
    kind,
    base.key,
    tools.key,
    signed.key,
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
    const esp = await writeEspOf(inputs, uuidsOf(key), { ...signed.files, ...entryOf(inputs, initrds) }, work)
    const image = join(partial, imageNames[kind])
    await (kind === 'iso'
      ? writeCd(inputs, initrds, esp, work, image)
      : writeDisk(inputs, uuidsOf(key), esp, image))
    await rm(work, { recursive: true })
  })
  await prune('b2c-images', 2)
  return join(dir, imageNames[kind])
}

const imageNames: Readonly<Record<MediumKind, string>> = { disk: 'b2c.img', iso: 'b2c.iso' }
const builders = [
  ...['boot-medium', 'iso-image', 'seed-pack', 'share-pack', 'authority-pack'].map(
    (name) => `build/boot2container/${name}.ts`,
  ),
  ...['esp-image', 'gpt-image', 'concat-files'].map((name) => `build/${name}.ts`),
]

/**
 * Programs that firmware starts one after the other. Each is signed, and with Secure Boot lets pass only what is signed: firmware
 * has Microsoft's key, which vouches for shim, and shim has Debian's, for boot loader and kernel. Whatever the boot loader is,
 * shim looks for it beside itself by the name of GRUB.
 */
async function unpackLoaders(architecture: Architecture): Promise<{ key: string; files: EspFiles }> {
  const { debian } = architectures[architecture]
  const { root, key } = await unpackNamed(['shim-signed', `systemd-boot-efi-${debian}-signed`], architecture)
  const name = efiNames[architecture]
  const files = {
    [`EFI/BOOT/BOOT${name.toUpperCase()}.EFI`]: { from: join(root, `usr/lib/shim/shim${name}.efi.signed`) },
    [`EFI/BOOT/grub${name}.efi`]: {
      from: join(root, `usr/lib/systemd/boot/efi/systemd-boot${name}.efi.signed`),
    },
  }
  return { key, files }
}

/** What the boot loader starts, at once. It hands on the command line as it is. */
function entryOf({ base, cmdline }: MediumInputs, initrds: readonly string[]): EspFiles {
  const names = initrds.map((_, index) => `afloat/initramfs${index === 0 ? '' : `.${index}`}`)
  const entry = [
    'title Afloat boot2container',
    'linux /afloat/kernel',
    ...names.map((name) => `initrd /${name}`),
    `options ${cmdline}`,
  ]
  return {
    'loader/loader.conf': { text: 'timeout 0\neditor no\n' },
    'loader/entries/afloat.conf': { text: `${entry.join('\n')}\n` },
    'afloat/kernel': { from: base.kernel },
    ...Object.fromEntries(initrds.map((from, index) => [names[index], { from }])),
  }
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

type Esp = { readonly path: string; readonly sizeMiB: number }

async function writeEspOf(
  { tools, base }: MediumInputs,
  uuidOf: (name: string) => string,
  files: EspFiles,
  work: string,
): Promise<Esp> {
  const path = join(work, 'esp.img')
  const sizeMiB = await espMiB(files)
  const parts = { sizeMiB, id: uuidOf('esp').slice(0, 8), files, epoch: base.inputs.packages.epoch }
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

/** Room for the files, the table of their clusters and folders; FAT32 is not smaller than 33 MiB. */
async function espMiB(files: EspFiles): Promise<number> {
  const sizes = Object.values(files).map(async (file) =>
    'from' in file ? (await stat(file.from)).size : file.text.length,
  )
  const bytes = (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0)
  return Math.max(36, Math.ceil((bytes / MiB) * 1.03) + 4)
}

/** Firmware reads it all to memory, and Linux once more. */
const mostBytes = 2 ** 31 - 64 * MiB

async function checkSize(paths: readonly string[]): Promise<void> {
  const sizes = await Promise.all(paths.map(async (path) => (await stat(path)).size))
  const total = sizes.reduce((sum, bytes) => sum + bytes, 0)
  if (total <= mostBytes) return
  throw new AfloatError(
    'build/too-large',
    `Cannot start kernel, packs and images together: found ${total} bytes, expected ${mostBytes} at most`,
    { hint: 'Give fewer images with --seed; they can also be in the folder "seed" of the cache partition' },
  )
}
