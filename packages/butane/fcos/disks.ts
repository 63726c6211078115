import { type Check, isObject, type ObjectValue } from '@afloat/ignition'
import type { Path } from '@afloat/report'
import type { Step } from '../translate/context.ts'
import { variantErrors as errors } from '../variant-errors.ts'
import { bootDeviceOf } from './boot-device.ts'

interface Partition {
  readonly label?: string
  readonly number?: number
  readonly sizeMiB?: number
  readonly startMiB?: number
}

interface Disk {
  readonly device?: string
  readonly wipe_table?: boolean
  readonly wipeTable?: boolean
  readonly partitions?: readonly (Partition | null)[]
}

const bootDisk = '/dev/disk/by-id/coreos-boot-disk'
const mountPoints = /^\/(etc|var)(\/|$)/

/** Partitions that the image has, by label. */
const reserved: Readonly<Record<string, number>> = {
  'BIOS-BOOT': 1,
  'PowerPC-PReP-boot': 1,
  'EFI-SYSTEM': 2,
  boot: 3,
  root: 4,
}
const smallestRootMiB = 8192

/** Since 1.6.0: which partitions can be found again, and where file systems may be mounted. */
export const checkDisks: Check<ObjectValue> = (source, _path, add) => {
  const storage = (isObject(source['storage']) ? source['storage'] : {}) as {
    disks?: (Disk | null)[]
    filesystems?: ({ path?: string; with_mount_unit?: boolean } | null)[]
  }
  const mirrored = bootDeviceOf(source).mirror?.devices ?? []
  for (const [index, disk] of (storage.disks ?? []).entries()) {
    const { device = '', wipe_table = false, partitions = [] } = disk ?? {}
    if (device === bootDisk || wipe_table || mirrored.includes(device)) continue
    for (const [at, partition] of partitions.entries())
      if (partition?.label !== undefined && !partition.number)
        add('warning', ['storage', 'disks', index, 'partitions', at, 'number'], errors.reuseByLabel)
  }
  for (const [index, filesystem] of (storage.filesystems ?? []).entries()) {
    const { path, with_mount_unit } = filesystem ?? {}
    if (path !== undefined && with_mount_unit === true && !mountPoints.test(path))
      add('error', ['storage', 'filesystems', index, 'path'], errors.mountPointForbidden)
  }
}

/** Warns of labels of the image at the wrong place and, with `root`, of a root partition that cannot grow. */
export function warnOfPartitions({ root }: { root: boolean }): Step {
  return (_source, config, { add, map, outputRoot }) => {
    const { storage } = config
    const disks = (isObject(storage) ? (storage['disks'] ?? []) : []) as unknown as Disk[]
    for (const [index, { wipeTable = false, partitions = [] }] of disks.entries()) {
      for (const [at, partition] of partitions.entries()) {
        if (partition?.label === undefined) continue
        const output: Path = ['storage', 'disks', index, 'partitions', at]
        // The reference program does not find its way back from a MachineConfig, and never from the size.
        const label = outputRoot.length > 0 ? [...output, 'label'] : map.source([...output, 'label'])
        if (root && partition.label === 'root') {
          const others = partitions.filter((_, other) => other !== at)
          if (!partition.sizeMiB) {
            if (others.some((other) => !other?.startMiB)) add('warning', label, errors.rootConstrained)
          } else if (partition.sizeMiB < smallestRootMiB)
            add('warning', [...output, 'size_mib'], errors.rootTooSmall)
        }
        const expected = wipeTable ? undefined : reserved[partition.label]
        if (expected !== undefined && (partition.number ?? 0) !== expected)
          add('warning', label, errors.wrongPartitionNumber)
      }
    }
  }
}
