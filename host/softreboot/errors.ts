import { AfloatError } from '@afloat/report'

/** Why a change of root, or of kernel, did not start. The codes are part of the interface. */
export type SoftRebootErrorCode =
  | 'softreboot/root-not-assembled'
  | 'softreboot/survivor-lost'
  | 'softreboot/already-switching'
  | 'softreboot/kexec-failed'

export function softRebootError(
  code: SoftRebootErrorCode,
  message: string,
  options: { hint?: string; cause?: unknown; details?: Record<string, unknown> } = {},
): AfloatError {
  return new AfloatError(code, message, options)
}
