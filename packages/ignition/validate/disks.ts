import type { Finding } from '@afloat/report'
import type { Disk, Partition, Raid } from '../config.ts'
import { ignitionErrors as errors } from '../errors.ts'
import { utf8Length } from '../utf8.ts'
import type { Check, VersionCheck } from './check.ts'
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
  const isNew = partitions.some(({ number }) => !number)
  if (isNew && partitions.some(({ shouldExist }) => shouldExist === false))
    add('error', [...path, 'partitions'], errors.partitionsRemovedAndNew())
  const labelled = firstRepeated(partitions.map(({ label }) => label))
  if (labelled >= 0) report(labelled, errors.partitionLabelsCollide(partitions[labelled]!.label!))
}

function firstRepeated(values: readonly unknown[]): number {
  const seen = new Set<unknown>()
  return values.findIndex((value) => {
    if (value === undefined) return false
    const isRepeated = seen.has(value)
    seen.add(value)
    return isRepeated
  })
}

interface Extent {
  readonly index: number
  readonly start: number
  readonly end: number
}

/** Index of what the first overlapping partition overlaps. */
function firstOverlapping(partitions: readonly Partition[]): number {
  const extents = partitions.flatMap(extentOf)
  const clashing = clashes(extents)
  const one = extents.find((extent) => clashing.has(extent))
  if (one === undefined) return -1
  return extents.find((other) => other !== one && one.start < other.end && other.start < one.end)!.index
}

/** Only partitions with a given start and size can be compared; a start of 0 means "where there is room". */
function extentOf({ startMiB, sizeMiB }: Partition, index: number): Extent[] {
  if (!startMiB || sizeMiB === undefined) return []
  return [{ index, start: startMiB, end: startMiB + Math.max(sizeMiB, 1) }]
}

function clashes(extents: readonly Extent[]): Set<Extent> {
  const found = new Set<Extent>()
  let furthest: Extent | undefined
  for (const extent of extents.toSorted((a, b) => a.start - b.start)) {
    if (furthest && extent.start < furthest.end) found.add(furthest).add(extent)
    if (!furthest || extent.end > furthest.end) furthest = extent
  }
  return found
}

export const checkPartition: Check<Partition> = (partition, path, add) => {
  const { label, number = 0, guid, typeGuid, startMiB, sizeMiB } = partition
  const described = label !== undefined || typeGuid || guid || startMiB !== undefined || sizeMiB !== undefined
  if (partition.shouldExist === false && described) add('error', path, errors.partitionRemovedWithFields())
  if (number === 0 && label === undefined) add('error', path, errors.partitionUnnamed())

  if (label !== undefined && utf8Length(label) > 36)
    add('error', [...path, 'label'], errors.partitionLabelLength(label))
  else if (label?.includes(':')) add('error', [...path, 'label'], errors.partitionLabelColon(label))
  if (guid && !GUID.test(guid)) add('error', [...path, 'guid'], errors.badGuid(guid))
  if (typeGuid && !GUID.test(typeGuid)) add('error', [...path, 'typeGuid'], errors.badGuid(typeGuid))
}

const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

export const checkRaid: VersionCheck<Raid> = ({ level = '', spares, devices = [] }, path, add, rules) => {
  if (level === '' && rules.findsMissing) add('error', [...path, 'level'], errors.raidLevelMissing())
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
