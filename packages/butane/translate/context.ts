import type { Add, ObjectValue } from '@afloat/ignition'
import type { Path } from '@afloat/report'
import type { LocalFiles } from './local-files.ts'
import type { TranslationMap } from './translation-map.ts'

/** What the steps of a translation share. */
export interface Context {
  readonly map: TranslationMap
  /** Paths are those of the YAML file. */
  readonly add: Add
  /** Where the Ignition config stands in the output. */
  readonly outputRoot: Path
  /** Whether an error was found so far. */
  hasErrors(): boolean
  readonly localFiles: LocalFiles | undefined
  /** gzip at the best level; without it nothing is compressed. */
  readonly gzip: ((bytes: Uint8Array) => Uint8Array) | undefined
}

/** Where an object stands in the YAML file and in the Ignition config. */
export interface Place {
  readonly yaml: Path
  readonly json: Path
}

/** Adds to the translation of one object what its sugar fields mean. */
export type Expand = (source: ObjectValue, output: ObjectValue, place: Place, context: Context) => void

/** Adds to the translated config what sugar of the whole file means. */
export type Step = (source: ObjectValue, config: ObjectValue, context: Context) => void
