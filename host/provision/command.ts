import { AfloatError } from '@afloat/report'
import type { Sys } from '../sys/sys.ts'
import { type Outcome, provision } from './provision.ts'

/** Exit codes; 75 is EX_TEMPFAIL of sysexits.h: run it again with `--network-up`. Nothing was written then. */
export const exitCodes = { done: 0, failed: 1, usage: 2, needsNetwork: 75 } as const

const outcomeCodes: Readonly<Record<Outcome, number>> = {
  provisioned: exitCodes.done,
  'already-provisioned': exitCodes.done,
  'needs-network': exitCodes.needsNetwork,
}

/**
 * `provision.js [--network-up]`: provisions the machine and returns the exit code.
 * Steps go to standard error. A failure is one line on standard output: `{"error":{"code","message","hint"}}`.
 */
export function provisionCommand(sys: Sys, args: readonly string[]): number {
  const unknown = args.find((arg) => arg !== '--network-up')
  if (unknown !== undefined) {
    sys.log(`Unknown option "${unknown}"\nUsage: provision.js [--network-up]`)
    return exitCodes.usage
  }
  try {
    return outcomeCodes[provision(sys, { networkUp: args.includes('--network-up') })]
  } catch (error) {
    sys.print(JSON.stringify({ error: describe(sys, error) }))
    return exitCodes.failed
  }
}

function describe(sys: Sys, error: unknown): { code: string; message: string; hint?: string } {
  if (error instanceof AfloatError) {
    const { code, message, hint } = error
    return hint === undefined ? { code, message } : { code, message, hint }
  }
  if (error instanceof Error && error.stack !== undefined) sys.log(error.stack)
  return {
    code: 'provision/unexpected',
    message: error instanceof Error ? error.message : String(error),
    hint: 'Report this as a bug of Afloat',
  }
}
