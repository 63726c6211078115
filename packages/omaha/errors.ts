import { AfloatError } from '@afloat/report'

/** Why an Omaha message could not be used. */
export type OmahaErrorCode =
  | 'omaha/too-large'
  | 'omaha/too-deep'
  | 'omaha/malformed-xml'
  | 'omaha/doctype'
  | 'omaha/wrong-root'
  | 'omaha/unsupported-protocol'
  | 'omaha/missing-attribute'
  | 'omaha/bad-attribute'
  | 'omaha/app-missing'
  | 'omaha/refused'
  | 'omaha/incomplete-offer'

/** Bytes of UTF-8, and levels of elements. Real messages are below 10 KiB and 8 levels. */
export const omahaLimits = { requestBytes: 64 * 1024, responseBytes: 1024 * 1024, depth: 16 } as const

/** Where something is in a message: both count from 1. */
export type XmlPosition = { readonly line: number; readonly column: number }

export function omahaError(
  code: OmahaErrorCode,
  message: string,
  options: { hint?: string; at?: XmlPosition; details?: Record<string, unknown> } = {},
): AfloatError {
  const { hint, at, details } = options
  return new AfloatError(
    code,
    at === undefined ? message : `${message} (line ${at.line}, column ${at.column})`,
    {
      ...(hint === undefined ? {} : { hint }),
      details: { ...details, ...at },
    },
  )
}
