import type { Filesystem } from '../config.ts'
import { ignitionErrors as errors } from '../errors.ts'
import { encodeUtf8 } from '../utf8.ts'
import type { VersionCheck } from './check.ts'
import { checkPath } from './path.ts'

export const checkFilesystem: VersionCheck<Filesystem> = (filesystem, path, add, { formats }) => {
  const badPath = filesystem.path ? checkPath(filesystem.path) : undefined
  if (badPath) add('error', [...path, 'path'], badPath)
  const badDevice = checkPath(filesystem.device)
  if (badDevice) add('error', [...path, 'device'], badDevice)

  const { format, label } = filesystem
  if (!format) {
    if (needsFormat(filesystem)) add('error', [...path, 'format'], errors.filesystemFormatMissing())
    if (label) add('error', [...path, 'label'], errors.filesystemLabelWithoutFormat())
    return
  }
  if (!formats.includes(format))
    add('error', [...path, 'format'], errors.filesystemFormatUnknown(format, formats))
  const limit = LABEL_BYTES[format]
  if (label && limit !== undefined && encodeUtf8(label).length > limit)
    add('error', [...path, 'label'], errors.filesystemLabelLength(format, limit))
}

function needsFormat({ path, label, uuid, wipeFilesystem, mountOptions, options }: Filesystem): boolean {
  return Boolean(path || label || uuid || wipeFilesystem || mountOptions?.length || options?.length)
}

/** Longest label per format, in bytes. Source: the manual pages of mkfs; for swap, what mkswap cuts it to */
const LABEL_BYTES: Record<string, number | undefined> = { ext4: 16, btrfs: 256, xfs: 12, swap: 15, vfat: 11 }
