import type { Disk, Filesystem, Luks, Partition, Raid } from '@afloat/ignition'
import { shownUrl } from './explain-contents.ts'
import type {
  ExplainedDisk,
  ExplainedFilesystem,
  ExplainedLuks,
  ExplainedPartition,
  ExplainedRaid,
} from './explanation.ts'

export function explainDisk({ device, wipeTable, partitions = [] }: Disk): ExplainedDisk {
  return { device, wiped: wipeTable ?? false, partitions: partitions.map(explainPartition) }
}

function explainPartition(partition: Partition): ExplainedPartition {
  const { number = 0, label, sizeMiB, startMiB, typeGuid } = partition
  return { number, label, sizeMiB, startMiB, typeGuid, action: actionOf(partition) }
}

function actionOf({ shouldExist, wipePartitionEntry, resize }: Partition): ExplainedPartition['action'] {
  if (shouldExist === false) return 'delete'
  if (wipePartitionEntry) return 'replace'
  return resize ? 'resize' : 'create'
}

export function explainRaid({ name, level, devices, spares }: Raid): ExplainedRaid {
  return { name, level: level ?? '', devices: devices ?? [], spares: spares ?? 0 }
}

export function explainLuks(volume: Luks): ExplainedLuks {
  const { name, device, wipeVolume, clevis, keyFile, cex } = volume
  const unlockedBy = [
    ...(keyFile?.source ? ['key file'] : []),
    ...(clevis?.tpm2 ? ['tpm2'] : []),
    ...(clevis?.tang ?? []).map(({ url }) => `tang ${shownUrl(url ?? '')}`),
    ...(clevis?.custom?.pin ? [`pin ${clevis.custom.pin}`] : []),
    ...(cex?.enabled ? ['cex'] : []),
  ]
  return {
    name,
    device: device ?? '',
    wiped: wipeVolume ?? false,
    unlockedBy: unlockedBy.length > 0 ? unlockedBy : ['new key'],
    threshold: clevis?.threshold,
  }
}

export function explainFilesystem(filesystem: Filesystem): ExplainedFilesystem {
  const { device, format, path, label, wipeFilesystem, mountOptions } = filesystem
  return { device, format, path, label, wiped: wipeFilesystem ?? false, mountOptions: mountOptions ?? [] }
}
