import { cp, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { concatFiles } from '../concat-files.ts'
import type { ToolsTree } from '../tools-tree.ts'

export type IsoParts = {
  /** An EFI system partition, as a file. */
  readonly esp: string
  /** For machines that have a BIOS; without it UEFI alone starts the image. */
  readonly bios?: BiosParts | undefined
  /** Date of all files, in seconds since 1970. */
  readonly epoch: number
}

export type BiosParts = {
  readonly kernel: string
  readonly initrds: readonly string[]
  readonly cmdline: string
}

/**
 * Writes an ISO 9660 image that starts from a CD, what a remote console shows as one, and a stick. UEFI reads the partition;
 * a BIOS reads no FAT: kernel and initramfs are once more among the files of the CD, for ISOLINUX.
 * `stage` is a folder for these.
 */
export async function writeIso(
  tools: ToolsTree,
  { esp, bios, epoch }: IsoParts,
  stage: string,
  output: string,
): Promise<void> {
  await mkdir(stage)
  if (bios !== undefined) await stageBios(tools, bios, stage)
  // With the offset the file system spans the partition too: firmware takes what lies beyond its end for nothing.
  const uefi = [
    ...['-partition_offset', '16', '-e', '--interval:appended_partition_2:all::', '-no-emul-boot'],
    ...['-append_partition', '2', '0xef', esp],
  ]
  const boot = bios === undefined ? uefi : [...biosOptions, '-eltorito-alt-boot', ...uefi]
  const date = new Date(epoch * 1000).toISOString().replace(/\D/g, '').slice(0, 16)
  const dates = [`--modification-date=${date}`, '--set_all_file_dates', `=${epoch}`]
  const what = ['-quiet', '-rational-rock', '-volid', 'AFLOAT', ...dates, '-output', output]
  await tools.run(['xorriso', '-no_rc', '-as', 'mkisofs', ...what, ...boot, stage], {
    env: { ...process.env, SOURCE_DATE_EPOCH: String(epoch) },
  })
}

/** What ISOLINUX adds to a command line. */
export const biosWords = 'BOOT_IMAGE=kernel initrd=initrd'

const biosOptions = [
  ...['-isohybrid-mbr', '/usr/lib/ISOLINUX/isohdpfx.bin'],
  ...['-eltorito-boot', 'isolinux/isolinux.bin', '-eltorito-catalog', 'isolinux/boot.cat'],
  ...['-no-emul-boot', '-boot-load-size', '4', '-boot-info-table'],
]

async function stageBios(
  tools: ToolsTree,
  { kernel, initrds, cmdline }: BiosParts,
  stage: string,
): Promise<void> {
  const home = join(stage, 'isolinux')
  await mkdir(home)
  for (const name of ['ISOLINUX/isolinux.bin', 'syslinux/modules/bios/ldlinux.c32'])
    await cp(join(tools.dir, 'usr/lib', name), join(home, name.replace(/.*\//, '')))
  await cp(kernel, join(home, 'kernel'))
  await concatFiles(initrds, join(home, 'initrd'))
  // A line is taken as it is, quotes and blanks in it too.
  const lines = ['DEFAULT afloat', 'LABEL afloat', 'LINUX kernel', 'INITRD initrd', `APPEND ${cmdline}`]
  await writeFile(join(home, 'isolinux.cfg'), `${lines.join('\n')}\n`)
}
