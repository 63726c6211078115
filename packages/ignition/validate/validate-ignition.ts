import type { Issue } from '@afloat/report'
import type { IgnitionConfig } from '../config.ts'
import type { ObjectValue } from '../source/decode.ts'
import { ROOT, type Spec } from '../spec.ts'
import { walkObjects } from '../walk-objects.ts'
import type { Add, Check } from './check.ts'
import { checkDisk, checkPartition, checkRaid } from './disks.ts'
import { checkDuplicates } from './duplicates.ts'
import { filesystemCheck } from './filesystem.ts'
import { checkConfigReferences, checkProxy, checkTls } from './ignition-section.ts'
import { checkClevisCustom, checkLuks, checkTang } from './luks.ts'
import { checkGroup, checkUser } from './passwd.ts'
import { checkHeader, checkResource, checkVerification } from './resource.ts'
import { checkDirectory, checkFile, checkLink, checkOwner, checkStorage } from './storage.ts'
import { checkDropin, checkInstances, checkUnit, checkUnitPaths } from './systemd.ts'

/** Everything that makes a config of this spec wrong, whoever is to apply it. Pure; never throws. */
export function validateIgnition(spec: Spec, config: IgnitionConfig): Issue[] {
  const issues: Issue[] = []
  const add: Add = (severity, path, found) => issues.push({ severity, ...found, path })
  checkDuplicates(spec, config, add)
  const checks: Record<string, unknown> = { ...CHECKS, filesystem: filesystemCheck(formatsOf(spec)) }
  walkObjects(spec, config as unknown as ObjectValue, (object, value, path) => {
    const check = checks[object] as Check<ObjectValue> | undefined
    check?.(value, path, add)
  })
  return issues
}

/** By the object names of the spec. Each takes the object its name says. */
const CHECKS = {
  [ROOT]: checkUnitPaths,
  configReferences: checkConfigReferences,
  reference: checkResource,
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
  luks: checkLuks,
  clevisCustom: checkClevisCustom,
  tang: checkTang,
  systemd: checkInstances,
  unit: checkUnit,
  dropin: checkDropin,
}

function formatsOf(spec: Spec): string[] {
  const formats = ['ext4', 'btrfs', 'xfs', 'swap', 'vfat']
  return 'kernelArguments' in spec.objects ? [...formats, 'none'] : formats
}
