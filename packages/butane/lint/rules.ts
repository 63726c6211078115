import type { Rule } from './rule.ts'
import { imageWithoutDigest } from './rules/image-without-digest.ts'
import { mountUnitPercent } from './rules/mount-unit-percent.ts'
import { notGzip } from './rules/not-gzip.ts'
import { portTwice } from './rules/port-twice.ts'
import { readOnlyPath } from './rules/read-only-path.ts'
import { readableSecret } from './rules/readable-secret.ts'
import { survivorHostPath } from './rules/survivor-host-path.ts'
import { unknownGroup } from './rules/unknown-group.ts'
import { unknownIgnore } from './rules/unknown-ignore.ts'
import { unknownUnit } from './rules/unknown-unit.ts'
import { unknownUser } from './rules/unknown-user.ts'
import { unverifiedDownload } from './rules/unverified-download.ts'
import { userDataSize } from './rules/user-data-size.ts'
import { weakPasswordHash } from './rules/weak-password-hash.ts'
import { worldWritable } from './rules/world-writable.ts'

/** All rules, in the order of docs/usage/lint.md. */
export const rules: readonly Rule[] = [
  notGzip,
  readOnlyPath,
  mountUnitPercent,
  unknownUnit,
  unknownUser,
  unknownGroup,
  userDataSize,
  readableSecret,
  worldWritable,
  weakPasswordHash,
  unverifiedDownload,
  imageWithoutDigest,
  portTwice,
  survivorHostPath,
  unknownIgnore,
]
