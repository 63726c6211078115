import { link } from 'node:fs/promises'
import { join } from 'node:path'
import { ensureParts } from '@afloat/build/release-parts'
import { usrPartitionUuids } from '@afloat/disk'
import { createDisk } from '../disk.ts'
import type { Machine } from '../machine.ts'
import type { DiskImage } from '../qemu-args.ts'
import type { Lab } from './lab.ts'

/** A release to put into slot B of a machine without any update agent. */
export type SecondRelease = {
  readonly version: string
  readonly rootHash: string
  /** To be attached after the boot disk, in this order: file system, hash tree, kernel image. */
  readonly disks: readonly DiskImage[]
}

/** Builds a release of this checkout under another version. */
export async function secondRelease(lab: Lab, version: string): Promise<SecondRelease> {
  const { usr, boot } = await ensureParts({ version }, (_, run) => run())
  const disks: DiskImage[] = []
  for (const [name, path] of [
    ['usr', usr.erofs],
    ['verity', usr.verity],
    ['uki', boot.uki],
  ] as const) {
    // a second name: another build may remove it from the cache
    const base = join(lab.dir, `${version}-${name}`)
    await link(path, base)
    disks.push(await createDisk(lab.tools, base, `${base}.qcow2`))
  }
  return { version, rootHash: usr.rootHash, disks }
}

/**
 * Writes the release to slot B with programs of the machine, and its boot entry, which does not count: nobody judges this
 * release, however slow the computer is.
 */
export async function installInSlotB(machine: Machine, { version, rootHash }: SecondRelease): Promise<void> {
  const uuids = usrPartitionUuids(rootHash)
  const script = `set -e
    dd if=/dev/vdb of=/dev/vda4 bs=4M conv=fsync
    dd if=/dev/vdc of=/dev/vda5 bs=4M conv=fsync
    sfdisk --quiet --no-tell-kernel --no-reread --part-uuid /dev/vda 4 ${uuids.usr}
    sfdisk --quiet --no-tell-kernel --no-reread --part-uuid /dev/vda 5 ${uuids.usrVerity}
    cat /dev/vdd >/boot/EFI/Linux/afloat_${version}.efi
    sync`
  await machine.sh(script, { timeoutMs: 180_000 })
}
