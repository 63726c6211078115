import type { Path, Severity } from '@afloat/report'
import type { LintInput } from './lint-input.ts'

/** One thing that lint looks for. All rules are listed in `rules.ts`, and explained in docs/usage/lint.md. */
export interface Rule {
  readonly code: `lint/${string}`
  readonly severity: Severity
  /** Which parts of a config, in words. */
  readonly looksAt: string
  /** Whether lines with its findings hold a secret, and are not to be printed. Default: no. */
  readonly isAboutSecrets?: true
  /** What it finds; never throws. */
  readonly find: (input: LintInput) => Iterable<Found>
}

export interface Found {
  /** Of the YAML file. */
  readonly at: Path
  /** Offset in the text, where it is known better than the path says. */
  readonly offset?: number
  /** Where it is not that of the rule. */
  readonly severity?: Severity
  /** Why it is wrong. Never holds a secret. */
  readonly message: string
  /** What to do about it. */
  readonly hint: string
}
