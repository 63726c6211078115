import type { Finding, Path, Severity } from '@afloat/report'
import type { Rules } from './rules.ts'

/** Where a check puts what it finds. */
export type Add = (severity: Severity, path: Path, found: Finding) => void

/** Checks one object of a config. */
export type Check<T> = (value: T, path: Path, add: Add) => void

/** A check that differs between versions. */
export type VersionCheck<T> = (value: T, path: Path, add: Add, rules: Rules) => void
