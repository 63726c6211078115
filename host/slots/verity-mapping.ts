import { parseVeritySuperblock, verityTable } from '@afloat/disk'
import type { Sys } from '../sys/sys.ts'
import { slotsError } from './errors.ts'

/** A dm-verity device that exists. */
export type VerityMapping = {
  /** As in /dev/mapper: "usr" when the initramfs made it, `mappingName()` when a soft reboot did. */
  readonly name: string
  /** Of the device itself, as "253:0": what file systems on it have for device number. */
  readonly number: string
  /** Of the partitions beneath, as "254:2". */
  readonly data: string
  readonly hash: string
  readonly rootHash: string
}

/** No udev may be awake when these are called; told so, libdevmapper makes device nodes itself and waits for nobody. */
const alone = { env: { DM_DISABLE_UDEV: '1' } } as const

/** Returns the name of the device that a soft reboot makes for a release. */
export function mappingName(rootHash: string): string {
  return `usr-${rootHash.slice(0, 8)}`
}

/** Returns all dm-verity devices. Throws `sys/command-failed`. */
export function listVerityMappings(sys: Sys): VerityMapping[] {
  const tables = sys.mustRun(['dmsetup', 'table', '--target', 'verity'], alone)
  const numbers = sys.mustRun(
    ['dmsetup', 'info', '--columns', '--noheadings', '--separator', ' ', '-o', 'name,major,minor'],
    alone,
  )
  return parseVerityTables(tables, numbers)
}

/** Reads what `dmsetup table` and `dmsetup info -o name,major,minor` print. */
export function parseVerityTables(tables: string, numbers: string): VerityMapping[] {
  const numberOf = new Map<string, string>()
  for (const line of numbers.split('\n')) {
    const [name, major, minor] = line.trim().split(/\s+/)
    if (name !== undefined && minor !== undefined) numberOf.set(name, `${major}:${minor}`)
  }
  return tables.split('\n').flatMap((line) => {
    // Source: Linux, Documentation/admin-guide/device-mapper/verity.rst
    const [, name, words] = /^(\S+): \d+ \d+ verity (.+)$/.exec(line) ?? []
    const [, data, hash, , , , , , rootHash] = (words ?? '').split(' ')
    const number = numberOf.get(name ?? '')
    if (name === undefined || number === undefined || rootHash === undefined) return []
    return [{ name, number, data: data ?? '', hash: hash ?? '', rootHash }]
  })
}

/**
 * Puts a slot behind dm-verity, or finds the device that does so already, and returns its path.
 * Throws `slots/damaged` when the slot does not begin as a hash tree for this root hash must.
 */
export function openVerity(
  sys: Sys,
  target: { readonly usrDevice: string; readonly verityDevice: string; readonly rootHash: string },
): string {
  const { usrDevice, verityDevice, rootHash } = target
  const found = listVerityMappings(sys).find(
    (mapping) => mapping.rootHash === rootHash && nodeOf(sys, mapping.data) === usrDevice,
  )
  if (found !== undefined) return `/dev/mapper/${found.name}`
  const superblock = parseVeritySuperblock(sys.readBytes(verityDevice, { length: 512 }) ?? new Uint8Array())
  // The superblock is not signed, the root hash is: a weaker hash must not be chosen for it.
  if (superblock?.algorithm !== 'sha256') {
    throw slotsError('slots/damaged', `Cannot open ${usrDevice}: ${verityDevice} holds no hash tree for it`, {
      hint: 'Write the release to the slot again',
    })
  }
  const table = verityTable(superblock, { data: usrDevice, hash: verityDevice }, rootHash)
  const name = mappingName(rootHash)
  sys.mustRun(['dmsetup', 'create', name, '--readonly', '--table', table], alone)
  return `/dev/mapper/${name}`
}

/** Removes a dm device. Returns whether it is gone: something may still use it. */
export function closeVerity(sys: Sys, name: string): boolean {
  return sys.run(['dmsetup', 'remove', name], alone).code === 0
}

/** Returns the device node for a number such as "254:2"; undefined when there is no such device. */
export function nodeOf(sys: Sys, number: string): string | undefined {
  const name = /^DEVNAME=(.+)$/m.exec(sys.readText(`/sys/dev/block/${number}/uevent`) ?? '')?.[1]
  return name === undefined ? undefined : `/dev/${name}`
}
