import type { PipelineConfig } from '@afloat/boot2container'
import type { Add, Check, ObjectValue, Spec } from '@afloat/ignition'
import type { Path } from '@afloat/report'
import type { Forbidden } from './forbidden.ts'
import type { Expand, Step } from './translate/context.ts'

/** One version of a variant: what its files may hold and how they become Ignition. All parts are data. */
export interface Variant {
  readonly name: string
  readonly version: string
  readonly spec: Spec
  /** The spec of the result. */
  readonly ignition: Spec
  /** Checks of the source by object name. */
  readonly checks: Readonly<Record<string, Check<ObjectValue>>>
  /** Sugar of single objects by object name. */
  readonly expand: Readonly<Record<string, Expand>>
  /** Sugar of the whole file, in order: that of the base, then more. Where one stage finds errors, the next does not run. */
  readonly steps: readonly (readonly Step[])[]
  /** Output fields that this variant does not allow. */
  readonly forbidden: Forbidden
  /**
   * Whether unknown keys and numbers with a fraction are errors, and sections that Afloat does not apply too. The
   * variants of others are as lenient as the reference program.
   */
  readonly strict: boolean
  /** Whether a file may declare variables and use them. Default: no. */
  readonly variables?: boolean
  /** Whether a file may include others. Default: no. */
  readonly includes?: boolean
  /** Whether the output is a MachineConfig of OpenShift, unless it is wanted raw. Default: no. */
  readonly machineConfig?: boolean
  /** Reads what becomes a kernel command line instead of Ignition. Default: no file has such. */
  readonly pipeline?: PipelineReader
  /** Objects of the root that are checked also where the file does not have them. Default: none. */
  readonly expects?: readonly string[]
  /** Whether files that stand in the config may be compressed. Default: yes. */
  readonly compresses?: boolean
}

export interface PipelineReader {
  /** Whether a file is one for it. */
  has(source: ObjectValue): boolean
  read(source: ObjectValue, add: Add): PipelineOf
}

export interface PipelineOf {
  readonly config: PipelineConfig
  /** Where in the file a path of the config was written. */
  place(path: Path): Path
}

/** What a base version contributes to the variants that stand on it. */
export type Base = Pick<Variant, 'spec' | 'ignition' | 'checks' | 'expand' | 'steps'>
