import { AfloatError } from '@afloat/report'

/** What can be wrong with a bundle, its manifest, a version or a key. Part of the interface: agents report them. */
export type ReleaseErrorCode =
  | 'release/not-a-bundle'
  | 'release/head-damaged'
  | 'release/head-version'
  | 'release/head-too-large'
  | 'release/truncated'
  | 'release/trailing-bytes'
  | 'release/bad-manifest'
  | 'release/unknown-manifest'
  | 'release/bad-signatures'
  | 'release/unsigned'
  | 'release/wrong-key'
  | 'release/bad-signature'
  | 'release/damaged-frame'
  | 'release/damaged-artefact'
  | 'release/bad-identity'
  | 'release/bad-version'
  | 'release/bad-key'
  | 'release/key-exists'
  | 'release/not-a-uki'

export function releaseError(
  code: ReleaseErrorCode,
  message: string,
  options: { hint?: string; cause?: unknown; details?: Record<string, unknown> } = {},
): AfloatError {
  return new AfloatError(code, message, options)
}
