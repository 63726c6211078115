import { AfloatError } from '@afloat/report'

/** What can go wrong with slots and boot entries. The codes are part of the interface. */
export type SlotsErrorCode =
  | 'slots/no-verity'
  | 'slots/not-found'
  | 'slots/damaged'
  | 'slots/in-use'
  | 'slots/is-running'
  | 'slots/table-not-written'
  | 'slots/esp-full'
  | 'slots/version-in-use'
  | 'slots/no-entry'
  | 'slots/not-bootable'

export function slotsError(
  code: SlotsErrorCode,
  message: string,
  options: { hint?: string; cause?: unknown; details?: Record<string, unknown> } = {},
): AfloatError {
  return new AfloatError(code, message, options)
}
