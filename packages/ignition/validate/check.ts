import type { Finding, Path, Severity } from '@afloat/report'

/** Where a check puts what it finds. */
export type Add = (severity: Severity, path: Path, found: Finding) => void

/** Checks one object of a config. */
export type Check<T> = (value: T, path: Path, add: Add) => void
