import { errorCodes } from '@afloat/omaha'
import { AfloatError } from '@afloat/report'

const byCode: Readonly<Record<string, keyof typeof errorCodes>> = {
  'update/unreachable': 'transfer',
  'update/http-status': 'httpError',
  'update/certificate': 'transfer',
  'update/redirects': 'transfer',
  'update/stalled': 'stalled',
  'update/too-large': 'payloadSize',
  'update/bad-range': 'transfer',
  'update/cut-short': 'transfer',
  'update/bad-offer': 'responseInvalid',
  'update/offer-differs': 'payloadVerification',
  'update/plan-refused': 'planRefused',
  'update/no-keys': 'publicKeyVerification',
  'update/frame-damaged': 'payloadHash',
  'update/slot-too-small': 'payloadSize',
  'update/esp-full': 'bootSpace',
  'update/disk-full': 'write',
  'update/write-failed': 'write',
  'update/came-back': 'rollback',
  'update/act-failed': 'postinstall',
  'release/not-a-bundle': 'badMagic',
  'release/head-damaged': 'badMagic',
  'release/head-version': 'badMagic',
  'release/head-too-large': 'metadataSize',
  'release/truncated': 'metadataSize',
  'release/bad-manifest': 'manifestParse',
  'release/unknown-manifest': 'manifestParse',
  'release/bad-signatures': 'metadataSignatureError',
  'release/unsigned': 'signatureMissing',
  'release/wrong-key': 'publicKeyVerification',
  'release/bad-signature': 'metadataSignatureMismatch',
  'slots/in-use': 'installDeviceOpen',
  'slots/esp-full': 'bootSpace',
  'slots/not-bootable': 'newKernelVerification',
  'slots/damaged': 'newRootVerification',
  'slots/table-not-written': 'newPartitionInfo',
  'sys/no-space': 'write',
}

/** What the health gate says. */
const byVerdict: Readonly<Record<string, keyof typeof errorCodes>> = {
  'health/no-answer': 'bootIncomplete',
  'health/boot-incomplete': 'bootIncomplete',
  'health/unit-missing': 'healthUnit',
  'health/unit-not-active': 'healthUnit',
  'health/unit-restarts': 'healthUnit',
  'health/probe-failed': 'healthProbe',
  'health/did-not-start': 'bootFailed',
}

const byRefusal: Readonly<Record<string, keyof typeof errorCodes>> = {
  'plan/downgrade': 'downgrade',
  'plan/minimum-version': 'minimumVersion',
  'plan/survivor-not-ready': 'survivorNotReady',
}

/** Returns the number that tells an update server why an update failed. */
export function omahaCodeOf(error: unknown): number {
  if (!(error instanceof AfloatError)) return errorCodes.generic.code
  const { status, verdict, reasons } = error.details
  if (error.code === 'update/http-status' && typeof status === 'number') return 2000 + status
  const refusal = Array.isArray(reasons) ? reasons.map((code) => byRefusal[String(code)]) : []
  const judged = typeof verdict === 'string' ? (byVerdict[verdict] ?? 'rollback') : undefined
  const name = refusal.find((found) => found !== undefined) ?? judged ?? byCode[error.code] ?? 'generic'
  return errorCodes[name].code
}
