import type { PipelineStatus, StageEvent } from '@afloat/boot2container'

/**
 * What a machine says of its work: sections on the console for people and CI parsers, a JSON line for each event for
 * programs. No secret gets out through it once `hide` was told how to recognize them.
 */
export interface Reporter {
  /**
   * Runs a stage between its two events and its section on the console. `subject` says which, where there are several.
   * What `run` throws is reported as the stage's failure and thrown on.
   */
  stage<T>(name: string, subject: string | undefined, run: (result: StageResult) => T): T
  /** Says something about the stage that is running; on the console only. */
  note(text: string): void
  /** Reports that something is not as it was asked for, without an end to the stage. Loud on the console. */
  warn(finding: Warning): void
  /** From here on everything that is said goes through `redact`. */
  hide(redact: (text: string) => string): void
  /** Ends the report of one pipeline. */
  finish(status: PipelineStatus): void
}

/** Filled in by what runs in a stage. */
export type StageResult = { -readonly [name in 'exitCode' | 'from']?: StageEvent[name] }

export type Warning = {
  /** Like `b2c/unknown-parameter`. */
  readonly code: string
  readonly message: string
  /** What to do about it. */
  readonly hint?: string
  /** Which volume, container, … */
  readonly subject?: string
}
