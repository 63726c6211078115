import { AfloatError } from '@afloat/report'

/** Why a boot stopped. The codes are shown on the failure screen and are part of the interface. */
export type InitErrorCode =
  | 'init/no-root-hash'
  | 'init/bad-root-hash'
  | 'init/usr-not-found'
  | 'init/usr-damaged'
  | 'init/root-not-created'
  | 'init/root-damaged'
  | 'init/root-foreign'
  | 'init/no-network'
  | 'init/bad-parameter'
  | 'init/provisioning-failed'
  | 'init/no-systemd'

export function initError(
  code: InitErrorCode,
  message: string,
  options: { hint?: string; cause?: unknown } = {},
): AfloatError {
  return new AfloatError(code, message, options)
}
