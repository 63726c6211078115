/**
 * Error codes of a failed update. 0 to 2999 are update_engine's, so that its users and tools understand them;
 * those from 3000 are Afloat's own.
 */
export const errorCodes = {
  ok: { code: 0, text: 'No error' },
  generic: { code: 1, text: 'Update failed' },
  request: { code: 2, text: 'Cannot ask the update server' },
  responseHandler: { code: 3, text: 'Cannot use the answer of the update server' },
  filesystemCopy: { code: 4, text: 'Cannot copy the file system' },
  postinstall: { code: 5, text: 'Steps after the installation failed' },
  installDeviceOpen: { code: 7, text: 'Cannot open the slot to write to' },
  kernelOpen: { code: 8, text: 'Cannot open the place of the kernel' },
  transfer: { code: 9, text: 'Download failed' },
  payloadHash: { code: 10, text: 'Checksum of the download does not match' },
  payloadSize: { code: 11, text: 'Size of the download does not match' },
  payloadVerification: { code: 12, text: 'Download could not be verified' },
  newPartitionInfo: { code: 13, text: 'Description of the new partition is wrong' },
  write: { code: 14, text: 'Cannot write to the slot' },
  newRootVerification: { code: 15, text: 'What was written does not match the release' },
  newKernelVerification: { code: 16, text: 'Kernel that was written does not match the release' },
  signatureExpected: { code: 17, text: 'Signature of the whole download is missing' },
  publicKeyVerification: { code: 18, text: 'Signature is not by a key that this machine trusts' },
  stateInitialization: { code: 20, text: 'Cannot prepare the state of the update' },
  badMagic: { code: 21, text: 'Download is not an update' },
  signatureMissing: { code: 22, text: 'Update is not signed' },
  manifestParse: { code: 23, text: 'Cannot read the manifest of the update' },
  metadataSignature: { code: 24, text: 'Signature of the manifest is wrong' },
  metadataSignatureVerification: { code: 25, text: 'Cannot verify the signature of the manifest' },
  metadataSignatureMismatch: { code: 26, text: 'Signature of the manifest does not match' },
  operationHashCalculation: { code: 27, text: 'Cannot compute the checksum of a part' },
  operationExecution: { code: 28, text: 'Cannot apply a part of the update' },
  operationHashMismatch: { code: 29, text: 'Checksum of a part does not match' },
  emptyResponse: { code: 30, text: 'Answer of the update server is empty' },
  xmlParse: { code: 31, text: 'Answer of the update server is not XML' },
  metadataSize: { code: 32, text: 'Size of the manifest is wrong' },
  metadataSignatureError: { code: 33, text: 'Signature of the manifest cannot be read' },
  responseInvalid: { code: 34, text: 'Answer of the update server is not valid' },
  ignoredByPolicy: { code: 35, text: 'Ignored by policy' },
  deferredByPolicy: { code: 36, text: 'Put off by policy' },
  httpError: { code: 37, text: 'Server answered with an HTTP error' },
  operationHashMissing: { code: 38, text: 'Checksum of a part is missing' },
  metadataSignatureMissing: { code: 39, text: 'Signature of the manifest is missing' },
  backoff: { code: 40, text: 'Waiting after failed downloads' },
  pcrPolicyFetch: { code: 42, text: 'Cannot fetch the TPM policy' },
  pcrPolicy: { code: 43, text: 'Cannot use the TPM policy' },
  /** The machine runs the old version again. */
  rollback: { code: 44, text: 'Machine went back to the version before' },

  healthUnit: { code: 3000, text: 'A unit was not active in the new version' },
  healthProbe: { code: 3001, text: 'A health probe got no answer in the new version' },
  bootIncomplete: { code: 3002, text: 'New version did not finish starting in time' },
  bootFailed: { code: 3003, text: 'New version did not start' },
  bootSpace: { code: 3004, text: 'No room for the new version on the boot partition' },
  planRefused: { code: 3005, text: 'Update would interrupt more than the policy of the machine allows' },
  survivorNotReady: { code: 3006, text: 'A survivor would not survive' },
  downgrade: { code: 3007, text: 'Offered version is older than the running one' },
  minimumVersion: { code: 3008, text: 'Running version is too old for the update' },
  stalled: { code: 3009, text: 'Download stalled' },
} as const satisfies Record<string, { code: number; text: string }>

/** What bits above the code tell. */
export type ErrorCodeMeaning = {
  readonly code: number
  /** Key of `errorCodes`; undefined for codes that are not known. */
  readonly name: keyof typeof errorCodes | undefined
  /** Status that the server sent, from codes 2000 to 2999. */
  readonly httpStatus: number | undefined
  readonly devMode: boolean
  readonly resumed: boolean
  readonly testImage: boolean
  /** The server is not update_engine's public one: set by every client of a server of one's own. */
  readonly ownServer: boolean
}

/** Takes an `errorcode` attribute apart. Bit 31 makes it negative on some clients; both spellings mean the same. */
export function readErrorCode(wire: number): ErrorCodeMeaning {
  const bits = wire >>> 0
  const code = bits & 0x0fff_ffff
  const known = Object.entries(errorCodes).find(([, entry]) => entry.code === code)
  return {
    code,
    name: known?.[0] as keyof typeof errorCodes | undefined,
    httpStatus: code >= 2000 && code < 3000 ? code - 2000 : undefined,
    devMode: (bits & 0x8000_0000) !== 0,
    resumed: (bits & 0x4000_0000) !== 0,
    testImage: (bits & 0x2000_0000) !== 0,
    ownServer: (bits & 0x1000_0000) !== 0,
  }
}

/** One line for people, such as "Checksum of the download does not match (10)". */
export function describeErrorCode(wire: number): string {
  const { code, name, httpStatus, resumed, devMode, testImage } = readErrorCode(wire)
  const text =
    httpStatus !== undefined
      ? `Server answered with HTTP status ${httpStatus}`
      : name === undefined
        ? 'Unknown error'
        : errorCodes[name].text
  const remarks = [
    ...(resumed ? ['resumed download'] : []),
    ...(devMode ? ['developer mode'] : []),
    ...(testImage ? ['test image'] : []),
  ]
  return `${text} (${[code, ...remarks].join(', ')})`
}
