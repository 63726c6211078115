import type { ObjectValue } from '@afloat/ignition'

/** Source: UEFI specification and GRUB manual for the first three; the last is reserved by Fedora CoreOS. */
const types = {
  bios: '21686148-6449-6E6F-744E-656564454649',
  prep: '9E1A2D38-C612-4316-AA26-8B49521E5A8B',
  esp: 'C12A7328-F81F-11D2-BA4B-00A0C93EC93B',
  reserved: '8DA63339-0007-60C0-C436-083AC8230908',
} as const

const sizesMiB = { bios: 1, prep: 4, esp: 127, reserved: 1, boot: 384 } as const

/** The first two partitions by layout; those that an architecture does not need hold the place. */
const firstPartitions: Readonly<Record<string, readonly (keyof typeof types)[]>> = {
  x86_64: ['bios', 'esp'],
  aarch64: ['reserved', 'esp'],
  ppc64le: ['prep', 'reserved'],
}

/**
 * A disk with the partitions of the image, and the EFI system partition's file system where there is one. `index` counts
 * disks from 1. Source: create_disk.sh of CoreOS Assembler
 */
export function mirroredDisk(
  device: string,
  index: number,
  layout = 'x86_64',
): { disk: ObjectValue; esp?: ObjectValue } {
  const kinds = firstPartitions[layout] ?? ['reserved', 'reserved']
  const disk: ObjectValue = {
    device,
    partitions: [
      ...kinds.map((kind) => ({
        label: `${kind}-${index}`,
        sizeMiB: sizesMiB[kind],
        typeGuid: types[kind],
      })),
      { label: `boot-${index}`, sizeMiB: sizesMiB.boot },
      { label: `root-${index}` },
    ],
    wipeTable: true,
  }
  if (!kinds.includes('esp')) return { disk }
  const label = `esp-${index}`
  return { disk, esp: { device: partLabel('esp', index), format: 'vfat', label, wipeFilesystem: true } }
}

export function partLabel(label: string, index?: number): string {
  return `/dev/disk/by-partlabel/${label}${index === undefined ? '' : `-${index}`}`
}
