import type { Issue } from '@afloat/report'
import type { IgnitionConfig } from '../config.ts'
import type { ObjectValue } from '../source/decode.ts'
import { ROOT, type Spec } from '../spec.ts'
import { walkObjects } from '../walk-objects.ts'
import type { Add, VersionCheck } from './check.ts'
import { checkDisk, checkPartition, checkRaid } from './disks.ts'
import { checkDuplicates } from './duplicates.ts'
import { checkFilesystem } from './filesystem.ts'
import { checkConfigReferences, checkProxy, checkTls } from './ignition-section.ts'
import { checkClevisCustom, checkLuks, checkTang } from './luks.ts'
import { checkGroup, checkUser } from './passwd.ts'
import { checkHeader, checkReference, checkResource, checkVerification } from './resource.ts'
import { rulesOf } from './rules.ts'
import { checkDirectory, checkFile, checkLink, checkOwner, checkStorage } from './storage.ts'
import { checkDropin, checkInstances, checkUnit, checkUnitPaths } from './systemd.ts'

/** Everything that makes a config of this spec wrong, whoever is to apply it. Pure; never throws. */
export function validateIgnition(spec: Spec, config: IgnitionConfig): Issue[] {
  const issues: Issue[] = []
  const add: Add = (severity, path, found) => issues.push({ severity, ...found, path })
  checkDuplicates(spec, config, add)
  const rules = rulesOf(spec.version)
  const checks: Record<string, unknown> = CHECKS
  walkObjects(spec, config as unknown as ObjectValue, (object, value, path) => {
    const check = checks[object] as VersionCheck<ObjectValue> | undefined
    check?.(value, path, add, rules)
  })
  return issues
}

/** By the object names of the spec. Each takes the object its name says. */
const CHECKS = {
  [ROOT]: checkUnitPaths,
  configReferences: checkConfigReferences,
  reference: checkReference,
  resource: checkResource,
  header: checkHeader,
  verification: checkVerification,
  proxy: checkProxy,
  tls: checkTls,
  user: checkUser,
  passwdGroup: checkGroup,
  storage: checkStorage,
  owner: checkOwner,
  file: checkFile,
  directory: checkDirectory,
  link: checkLink,
  disk: checkDisk,
  partition: checkPartition,
  raid: checkRaid,
  filesystem: checkFilesystem,
  luks: checkLuks,
  clevisCustom: checkClevisCustom,
  tang: checkTang,
  systemd: checkInstances,
  unit: checkUnit,
  dropin: checkDropin,
}
