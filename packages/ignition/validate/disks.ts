import type { Finding } from '@afloat/report'
import type { Disk, Partition, Raid } from '../config.ts'
import { ignitionErrors as errors } from '../errors.ts'
import type { Check } from './check.ts'
import { checkPath } from './path.ts'

export const checkDisk: Check<Disk> = (disk, path, add) => {
  if (!disk.device) return add('error', [...path, 'device'], errors.deviceMissing())
  const bad = checkPath(disk.device)
  if (bad) add('error', [...path, 'device'], bad)

  const partitions = disk.partitions ?? []
  const report = (index: number, found: Finding) => add('error', [...path, 'partitions', index], found)
  const numbered = firstRepeated(partitions.map(({ number }) => number || undefined))
  if (numbered >= 0) report(numbered, errors.partitionNumbersCollide(partitions[numbered]!.number!))
  const overlapping = firstOverlapping(partitions)
  if (overlapping >= 0) report(overlapping, errors.partitionsOverlap())
  const labelled = firstRepeated(partitions.map(({ label }) => label))
  if (labelled >= 0) report(labelled, errors.partitionLabelsCollide(partitions[labelled]!.label!))
}

function firstRepeated(values: readonly unknown[]): number {
  return values.findIndex((value, index) => value !== undefined && values.indexOf(value) < index)
}

/** Only partitions with a given start and size can be compared; a start of 0 means "where there is room". */
function firstOverlapping(partitions: readonly Partition[]): number {
  const placed = partitions.flatMap(({ startMiB, sizeMiB }, index) =>
    startMiB && sizeMiB !== undefined
      ? [{ index, start: startMiB, end: startMiB + Math.max(sizeMiB, 1) }]
      : [],
  )
  const found = placed.find((one, at) =>
    placed.slice(0, at).some((other) => one.start < other.end && other.start < one.end),
  )
  return found?.index ?? -1
}

export const checkPartition: Check<Partition> = (partition, path, add) => {
  const { label, number = 0, guid, typeGuid, startMiB, sizeMiB } = partition
  const described = label !== undefined || typeGuid || guid || startMiB !== undefined || sizeMiB !== undefined
  if (partition.shouldExist === false && described) add('error', path, errors.partitionRemovedWithFields())
  if (number === 0 && label === undefined) add('error', path, errors.partitionUnnamed())

  if (label !== undefined && label.length > 36)
    add('error', [...path, 'label'], errors.partitionLabelLength(label))
  else if (label?.includes(':')) add('error', [...path, 'label'], errors.partitionLabelColon(label))
  if (guid && !GUID.test(guid)) add('error', [...path, 'guid'], errors.badGuid(guid))
  if (typeGuid && !GUID.test(typeGuid)) add('error', [...path, 'typeGuid'], errors.badGuid(typeGuid))
}

const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

export const checkRaid: Check<Raid> = ({ level, spares, devices = [] }, path, add) => {
  if (!level) add('error', [...path, 'level'], errors.raidLevelMissing())
  else if (!STRIPED.has(level) && !REDUNDANT.has(level))
    add('error', [...path, 'level'], errors.raidLevelUnknown(level))
  else if (STRIPED.has(level) && spares) add('error', [...path, 'level'], errors.raidSpares(level))

  if (devices.length === 0) add('error', [...path, 'devices'], errors.raidDevicesMissing())
  for (const [index, device] of devices.entries()) {
    const bad = checkPath(device)
    if (bad) add('error', [...path, 'devices', index], bad)
  }
}

const STRIPED = new Set(['linear', 'raid0', '0', 'stripe'])
const REDUNDANT = new Set(['raid1', '1', 'mirror', 'raid4', '4', 'raid5', '5', 'raid6', '6', 'raid10', '10'])
