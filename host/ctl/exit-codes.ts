/** Exit codes of `afloatctl`; part of the interface. */
export const exitCodes = {
  ok: 0,
  failed: 1,
  usage: 2,
  /** Some survivors would not survive. */
  partial: 3,
  notFound: 4,
  /** Something else is under way. */
  conflict: 5,
  /** No update is available; there is nothing to do. */
  nothing: 6,
  /** What was offered is not what someone trusted has signed. */
  untrusted: 7,
  privilege: 77,
} as const

const byCode: Readonly<Record<string, number>> = {
  'update/busy': exitCodes.conflict,
  'update/no-other-release': exitCodes.notFound,
  'update/no-keys': exitCodes.untrusted,
  'update/frame-damaged': exitCodes.untrusted,
  'update/offer-differs': exitCodes.untrusted,
  'release/unsigned': exitCodes.untrusted,
  'release/wrong-key': exitCodes.untrusted,
  'release/bad-signature': exitCodes.untrusted,
}

/** Returns the exit code for an error by its code. */
export function exitCodeOf(code: string): number {
  return byCode[code] ?? exitCodes.failed
}
