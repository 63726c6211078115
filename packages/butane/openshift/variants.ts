import { appendSpec, flag, type ObjectShape, one, ROOT, text, texts } from '@afloat/ignition'
import { fcosV1_3, fcosV1_5, fcosV1_6, fcosV1_8 } from '../fcos/variants.ts'
import type { Step } from '../translate/context.ts'
import type { Variant } from '../variant.ts'
import { variantErrors as errors } from '../variant-errors.ts'
import { checkCexArgument, checkMetadata, checkOpenshift } from './check.ts'
import {
  refuseCompression,
  refuseUnsupported,
  replaceGrubAppend,
  setFipsCipher,
  warnOfElided,
} from './steps.ts'

const sugar: Readonly<Record<string, ObjectShape>> = {
  config: { metadata: one('metadata'), openshift: one('openshift') },
  metadata: { name: text, labels: { kind: 'strings' } },
  openshift: { kernel_arguments: texts, extensions: texts, fips: flag, kernel_type: text },
}

/** A version of fcos as openshift. `late` steps come last: they look at what all sugar has made. */
function over(fcos: Variant, forbidden: Variant['forbidden'], late: readonly Step[]): Variant {
  return {
    ...fcos,
    name: 'openshift',
    spec: appendSpec(fcos.spec, 'openshift', sugar),
    checks: { ...fcos.checks, metadata: checkMetadata, openshift: checkOpenshift },
    steps: [...fcos.steps, [...late, warnOfElided]],
    expects: ['metadata'],
    forbidden,
    machineConfig: true,
  }
}

const users = (...fields: readonly string[]) =>
  Object.fromEntries(fields.map((field) => [`passwd.users.${field}`, errors.userFieldNotSupported]))

const forbidden4_13 = {
  'passwd.groups': errors.groupsNotSupported,
  ...users('gecos', 'groups', 'homeDir', 'noCreateHome', 'noLogInit', 'noUserGroup', 'primaryGroup'),
  ...users('shell', 'shouldExist', 'system', 'uid'),
  'storage.directories': errors.directoriesNotSupported,
  'storage.files.append': errors.appendNotSupported,
  'storage.files.contents.httpHeaders': errors.headersNotSupported,
  'storage.links': errors.linksNotSupported,
}
const forbidden4_8 = { ...users('passwordHash'), ...forbidden4_13 }
const forbidden4_14 = { kernelArguments: errors.useOpenshiftArguments, ...forbidden4_13 }

// The operator of 4.8 could not unpack files; that of 4.10 knows no special mode bits, that of 4.14 no format "none".
const v4_8: Variant = {
  ...over(fcosV1_3, forbidden4_8, [setFipsCipher, refuseUnsupported([]), refuseCompression]),
  compresses: false,
}
const v4_10 = over(fcosV1_3, forbidden4_8, [setFipsCipher, refuseUnsupported(['special-modes'])])
const v4_13: Variant = { ...v4_10, forbidden: forbidden4_13 }
const refuse4_14 = refuseUnsupported(['special-modes', 'format-none'])
const v4_14 = over(fcosV1_5, forbidden4_14, [setFipsCipher, refuse4_14])
/** The check takes the place of that of fcos, as in the reference program. */
const withCex = (variant: Variant): Variant => ({
  ...variant,
  checks: { ...variant.checks, [ROOT]: checkCexArgument },
})
const v4_19 = withCex(over(fcosV1_6, forbidden4_14, [setFipsCipher, refuse4_14]))
const v4_20 = withCex(over(fcosV1_6, forbidden4_14, [refuse4_14]))
const v4_23 = withCex(over(fcosV1_8, forbidden4_14, [replaceGrubAppend, refuse4_14]))

const numbered = (variant: Variant, minors: readonly number[]): Variant[] =>
  minors.map((minor) => ({ ...variant, version: `4.${minor}.0` }))

/** OpenShift, oldest first. */
export const openshift: readonly Variant[] = [
  ...numbered(v4_8, [8, 9]),
  ...numbered(v4_10, [10, 11, 12]),
  ...numbered(v4_13, [13]),
  ...numbered(v4_14, [14, 15, 16, 17, 18]),
  ...numbered(v4_19, [19]),
  ...numbered(v4_20, [20, 21, 22]),
  { ...v4_23, version: '4.23.0-experimental' },
]
