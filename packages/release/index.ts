export { type BundleHead, formatBundleHead, headBytes, parseBundleHead, payloadStart } from './bundle-head.ts'
export { checkManifest, checkReleaseTexts, parseManifest, type ReleaseTexts } from './check-manifest.ts'
export { type CmdlineChange, compareCmdlines } from './compare-cmdlines.ts'
export { type ReleaseErrorCode, releaseError } from './errors.ts'
export { bundleBytes, byteRange, listFrames, type PlacedFrame, payloadBytes } from './frames.ts'
export { type BootIdentity, checkIdentity, identityPath, type ReleaseIdentity } from './identity.ts'
export {
  type Artefact,
  type Frame,
  frameBytes,
  type Manifest,
  manifestLimits,
  requiredArtefacts,
} from './manifest.ts'
export {
  type PlanReason,
  type PlanReasonCode,
  type PlanRequest,
  type PlanSurvivor,
  type PlanTarget,
  planUpdate,
  type UpdateAction,
  type UpdatePlan,
  type UpdatePolicy,
} from './plan.ts'
export { formatPublicKeyPem, parsePublicKey } from './public-key.ts'
export { formatSignatures, parseSignatures, type Signature } from './signatures.ts'
export { type FilePart, parseUki, type Uki, ukiHeadBytes } from './uki.ts'
export { formatWindow, parseWindowStart, type UpdateWindow, windowLimits } from './update-window.ts'
export { compareVersions, isVersion, parseVersion, type Version } from './version.ts'
export { type OffsetAt, type WindowState, windowAt } from './window-at.ts'
