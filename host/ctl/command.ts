import type { Sys } from '../sys/sys.ts'

/** One thing that `afloatctl` does. */
export type Command = {
  readonly name: string
  /** As in "[--boot N] [-- JOURNALCTL-OPTION...]"; `--json` and `--help` are understood by all. */
  readonly usage: string
  /** One line. */
  readonly summary: string
  /** Longer, for `--help`. */
  readonly details: string
  readonly options: readonly Option[]
  /** What may come after `--`. */
  readonly takesRest?: boolean
  /** Returns the exit code. */
  run(sys: Sys, input: Input): number
}

export type Option = {
  /** As in "--boot". */
  readonly name: string
  /** What its value is called; absent for one without. */
  readonly value?: string
  readonly summary: string
}

export type Input = {
  readonly json: boolean
  /** Values by name of the option, without hyphens; "" for one that takes none. */
  readonly options: ReadonlyMap<string, string>
  readonly rest: readonly string[]
}

/** Prints the versioned object of `--json`. */
export function printObject(sys: Sys, kind: string, fields: object): void {
  sys.print(JSON.stringify({ apiVersion: 'afloat/v1', kind, ...fields }))
}
