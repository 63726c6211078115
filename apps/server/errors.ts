import { AfloatError } from '@afloat/report'

/** What can go wrong. Part of the interface: the JSON API answers with these codes. */
export type ServerErrorCode =
  | 'server/data-dir'
  | 'server/data-dir-in-use'
  | 'server/newer-data'
  | 'server/damaged-data'
  | 'server/address'
  | 'server/not-authorised'
  | 'server/no-token'
  | 'server/no-file'
  | 'server/unknown-channel'
  | 'server/version-taken'
  | 'server/bundle-size'
  | 'server/no-space'
  | 'server/upload-broken'
  | 'server/not-reachable'
  | 'server/not-found'
  | 'server/internal'

export function serverError(
  code: ServerErrorCode,
  message: string,
  options: { hint?: string; cause?: unknown; details?: Record<string, unknown> } = {},
): AfloatError {
  return new AfloatError(code, message, options)
}

type Status = 401 | 404 | 409 | 422 | 500 | 507

const statuses: Partial<Record<string, Status>> = {
  'server/not-authorised': 401,
  'server/unknown-channel': 404,
  'server/not-found': 404,
  'server/version-taken': 409,
  'server/bundle-size': 422,
  'server/no-space': 507,
  'server/upload-broken': 422,
}

/** The HTTP status of an error. What is wrong with a bundle is 422: the request itself is fine. */
export function httpStatus(code: string): Status {
  return statuses[code] ?? (code.startsWith('release/') ? 422 : 500)
}
