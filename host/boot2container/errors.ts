import { AfloatError } from '@afloat/report'

/** Why a machine did not get to its containers, or one of them not to its end. Shown on the console and in the report. */
export type Boot2containerErrorCode =
  | 'b2c/no-network'
  | 'b2c/bad-ip'
  | 'b2c/pack-missing'
  | 'b2c/fetch-failed'
  | 'b2c/arguments-unreachable'
  | 'b2c/arguments-untrusted'
  | 'b2c/filesystem-missing'
  | 'b2c/filesystem-unusable'
  | 'b2c/cache-unusable'
  | 'b2c/image-unavailable'
  | 'b2c/image-refused'
  | 'b2c/image-not-pinned'
  | 'b2c/disk-full'
  | 'b2c/container-not-created'
  | 'b2c/report-not-sent'

export function b2cError(
  code: Boot2containerErrorCode,
  message: string,
  options: { hint?: string; cause?: unknown; details?: Record<string, unknown> } = {},
): AfloatError {
  return new AfloatError(code, message, options)
}
