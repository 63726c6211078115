import type { Diagnostic } from '@afloat/report'

/** What the page asks its worker for. */
export interface Question {
  readonly text: string
  /** What a person entered for variables; lines are items of a list. Those that the text does not declare are left out. */
  readonly values: Readonly<Record<string, string>>
}

/** Everything the page shows about a text. */
export interface Answer {
  /** The variables that the text declares. */
  readonly variables: readonly string[]
  /** What the compiler found, sorted by place; at most `MOST_PROBLEMS`. */
  readonly problems: readonly Diagnostic[]
  /** What lint found in a config that compiles, likewise. */
  readonly lint: readonly Diagnostic[]
  /** How many of both there are, also those left out. */
  readonly counts: Readonly<Record<'errors' | 'warnings' | 'lint', number>>
  /** Undefined if there are errors. */
  readonly result: Result | undefined
}

export interface Result {
  /** Indented JSON, as `afloat config compile --pretty` prints it. */
  readonly ignition: string
  /** YAML; for variants of OpenShift. */
  readonly machineConfig: string | undefined
  /** As `afloat config explain` prints it. */
  readonly explanation: string
}

/** Of each list. Who has more repeats one mistake. */
export const MOST_PROBLEMS = 500
