/**
 * An operation that failed.
 * `code` is stable and machine-readable (`room/what`), `message` is for people and names the place, `hint` says
 * what to do about it. Secrets never go into any of them.
 */
export class AfloatError extends Error {
  readonly code: string
  readonly hint: string | undefined
  readonly details: Readonly<Record<string, unknown>>

  constructor(
    code: string,
    message: string,
    options: { cause?: unknown; hint?: string; details?: Record<string, unknown> } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'AfloatError'
    this.code = code
    this.hint = options.hint
    this.details = options.details ?? {}
  }
}
