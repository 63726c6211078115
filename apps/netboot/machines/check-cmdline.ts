import { checkCmdline, LONGEST_CMDLINE } from '@afloat/boot2container'
import type { Finding, Severity } from '@afloat/report'
import { machineErrors as errors } from '../errors.ts'
import { unwritable } from '../script/format-cmdline.ts'
import { reservedBytes, type SplitCmdline, splitCmdline } from './split-cmdline.ts'

export type CheckedCmdline = SplitCmdline & {
  /** In the order of the text; `offset` from its start. */
  readonly findings: readonly CmdlineFinding[]
  /** What must not be printed. */
  readonly secrets: readonly { readonly offset: number; readonly length: number }[]
}

type CmdlineFinding = Finding & { readonly severity: Severity; readonly offset: number }

/**
 * Splits a command line as it will be handed over, and says what would go wrong if a machine booted with it, by the rules
 * of `afloat b2c check` and of iPXE.
 */
export function splitAndCheck(whole: string): CheckedCmdline {
  const split = splitCmdline(whole)
  const { findings, parsed } = checkCmdline(whole, '', { limitBytes: Number.POSITIVE_INFINITY })
  return {
    ...split,
    findings: [...checkHandover(split, whole), ...findings].toSorted((a, b) => a.offset - b.offset),
    secrets: parsed.secrets,
  }
}

function checkHandover({ cmdline, extra }: SplitCmdline, whole: string): CmdlineFinding[] {
  const error = (offset: number, found: Finding): CmdlineFinding => ({ ...found, severity: 'error', offset })
  const control = /[\x00-\x1f\x7f]/.exec(whole)
  const expanded = unwritable(cmdline)
  const bytes = Buffer.byteLength(cmdline)
  const most = LONGEST_CMDLINE - (extra === undefined ? 0 : reservedBytes)
  return [
    ...(control === null ? [] : [error(control.index, errors.notPrintable())]),
    ...(expanded === undefined ? [] : [error(whole.indexOf(expanded), errors.expands(expanded))]),
    ...(bytes <= most ? [] : [error(0, errors.tooLong(bytes, most))]),
  ]
}
