import { listMounts } from '../../sys/mounts.ts'
import { basename, dirname } from '../../sys/path.ts'
import type { Sys } from '../../sys/sys.ts'

export type FoundPartition = { device: string; isEsp: boolean }

const espType = 'c12a7328-f81f-11d2-ba4b-00a0c93ec93b'

/** Returns the kernel's name of the disk that holds the root file system (`vda`), or undefined when it is on none. */
export function systemDisk(sys: Sys): string | undefined {
  const source = listMounts(sys).findLast((mounted) => mounted.target === '/')?.source
  if (source === undefined || !source.startsWith('/dev/')) return undefined
  return diskOf(sys, basename(source))
}

/** Follows device mapper (encryption, RAID) down to its first part, and a partition up to its disk. */
function diskOf(sys: Sys, name: string): string | undefined {
  const below = sys.list(`/sys/class/block/${name}/slaves`)?.[0]
  if (below !== undefined) return diskOf(sys, below)
  const place = sys.readLink(`/sys/class/block/${name}`)
  if (place === undefined) return undefined
  return sys.exists(`/sys/class/block/${name}/partition`) ? basename(dirname(place)) : name
}

/** Returns the partitions of a disk in the order of the kernel's names. */
export function listPartitions(sys: Sys, disk: string): FoundPartition[] {
  const home = `/sys/class/block/${disk}`
  return (sys.list(home) ?? [])
    .filter((name) => sys.exists(`${home}/${name}/partition`))
    .map((name) => ({ device: `/dev/${name}`, isEsp: isEsp(sys, `${home}/${name}`, `/dev/${name}`) }))
}

/** By the label that the image builder gives; the kernel knows it. Another label: by the type, which takes a program. */
function isEsp(sys: Sys, place: string, device: string): boolean {
  const label = /^PARTNAME=(.*)$/m.exec(sys.readText(`${place}/uevent`) ?? '')?.[1]
  if (label?.toLowerCase() === 'esp') return true
  const type = sys.run(['blkid', '--probe', '--match-tag', 'PART_ENTRY_TYPE', '--output', 'value', device])
  return type.stdout.trim().toLowerCase() === espType
}
