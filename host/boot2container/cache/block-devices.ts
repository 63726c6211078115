import { CONTENT_HEAD_BYTES, diskContent, ext4Label } from '@afloat/disk'
import { AfloatError } from '@afloat/report'
import type { Sys } from '../../sys/sys.ts'
import { b2cError } from '../errors.ts'

/** A disk or partition that can hold a file system. */
export type BlockDevice = {
  /** Such as /dev/vda1. */
  readonly device: string
  readonly sizeBytes: number
  readonly sectorBytes: number
  /** Of a partition: its disk. */
  readonly disk?: string
  /** Of an ext4 file system. */
  readonly label?: string
  /** Of a partition in a GPT. */
  readonly partitionName?: string
}

const home = '/sys/class/block'

/**
 * Lists disks and partitions that can be written to. Left out are those that can be taken out and those that are made of
 * others, unless they are, or are on, the one that is `named`.
 */
export function listBlockDevices(sys: Sys, named = ''): BlockDevice[] {
  const wanted = named.replace(/^\/dev\//, '')
  return (sys.list(home) ?? []).flatMap((name) => {
    const isNamed = name === wanted || (wanted !== '' && sys.exists(`${home}/${wanted}/${name}`))
    if (!isNamed && (isMadeOfOthers(name) || sys.readText(`${home}/${name}/removable`)?.trim() === '1'))
      return []
    const found = readBlockDevice(sys, name)
    return found === undefined ? [] : [found]
  })
}

function isMadeOfOthers(name: string): boolean {
  return /^(loop|ram|zram|dm-|md|sr|fd|mtdblock|nbd)/.test(name)
}

function readBlockDevice(sys: Sys, name: string): BlockDevice | undefined {
  const file = (path: string) => sys.readText(`${home}/${name}/${path}`)?.trim()
  const sizeBytes = Number(file('size') ?? 0) * 512 // always in units of 512
  if (sizeBytes === 0 || file('ro') === '1' || file('hidden') === '1') return undefined
  const device = `/dev/${name}`
  // It comes a moment later than what tells of it.
  if (!sys.exists(device)) return undefined
  const label = readLabel(sys, device)
  const partitionName = /^PARTNAME=(.*)$/m.exec(file('uevent') ?? '')?.[1]
  const isPartition = sys.exists(`${home}/${name}/partition`)
  return {
    device,
    sizeBytes,
    sectorBytes: Number(file('queue/logical_block_size') ?? 512),
    ...(isPartition ? { disk: diskOf(sys, name) } : {}),
    ...(label === undefined ? {} : { label }),
    ...(partitionName === undefined ? {} : { partitionName }),
  }
}

/** /sys/class/block/vda1 is a link into the folder of vda. */
function diskOf(sys: Sys, name: string): string {
  const disk = (sys.list(home) ?? []).find(
    (other) => other !== name && sys.exists(`${home}/${other}/${name}`),
  )
  return `/dev/${disk ?? ''}`
}

function readLabel(sys: Sys, device: string): string | undefined {
  const head = readOrNothing(sys, device, { offset: 0, length: 2048 })
  return head && ext4Label(head)
}

const lateBuses = [
  'bus/usb/devices',
  'class/mmc_host',
  'class/fc_host',
  'class/iscsi_host',
  'bus/vmbus/devices',
]

/**
 * Lists what is on the buses behind which disks may appear although all drivers are loaded: they are found in the background.
 * On PCI, and behind the SATA and SCSI controllers that are there, the kernel has looked when a driver is loaded.
 * Source: Linux, kernel/module/main.c, do_init_module(), async_synchronize_full()
 */
export function listLateBuses(sys: Sys): string[] {
  return lateBuses.flatMap((bus) => sys.list(`/sys/${bus}`) ?? [])
}

const mebibyte = 1024 * 1024
const sampleBytes = 4096
const samples = 256

/**
 * Whether there is nothing on a disk: no partitions, and zeros in the first and last MiB, where file systems and tables
 * have their marks, and at 256 places between.
 */
export function isEmptyDisk(sys: Sys, disk: BlockDevice, all: readonly BlockDevice[]): boolean {
  if (disk.disk !== undefined || all.some((other) => other.disk === disk.device)) return false
  if (disk.sizeBytes < 4 * mebibyte) return false
  const between = Array.from({ length: samples }, (_, i) => {
    const at = mebibyte + ((disk.sizeBytes - 2 * mebibyte) / samples) * i
    return { offset: Math.floor(at / sampleBytes) * sampleBytes, length: sampleBytes }
  })
  const ends = [0, disk.sizeBytes - mebibyte].map((offset) => ({ offset, length: mebibyte }))
  return [...ends, ...between].every((range) => {
    const bytes = readOrNothing(sys, disk.device, range)
    return bytes !== undefined && isZero(bytes)
  })
}

/** Whole words at a time: QuickJS takes its time for two million bytes. */
function isZero(bytes: Uint8Array): boolean {
  if (bytes.length === 0) return false
  const whole = bytes.length & ~7
  const words = new Float64Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + whole))
  // A double is 0 and no NaN only when all its bytes are, or it is -0.
  return words.every((word) => Object.is(word, 0)) && bytes.subarray(whole).every((byte) => byte === 0)
}

export function isBlank(sys: Sys, device: string): boolean {
  const head = readOrNothing(sys, device, { offset: 0, length: CONTENT_HEAD_BYTES })
  return head !== undefined && isZero(head)
}

/** Returns what is on a device, such as "xfs"; undefined for nothing that is known. Throws when it cannot be read. */
export function contentOf(sys: Sys, device: string): string | undefined {
  const head = sys.readBytes(device, { length: CONTENT_HEAD_BYTES })
  if (head === undefined)
    throw b2cError('b2c/cache-unusable', `Cannot read ${device}: it is not there any more`)
  return diskContent(head)
}

/** What cannot be read is not known to be empty. */
function readOrNothing(
  sys: Sys,
  device: string,
  range: { offset: number; length: number },
): Uint8Array | undefined {
  try {
    return sys.readBytes(device, range)
  } catch (error) {
    if (error instanceof AfloatError) return undefined
    throw error
  }
}
