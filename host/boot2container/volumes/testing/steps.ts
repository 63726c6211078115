import type { PipelineConfig, SyncCondition } from '@afloat/boot2container'

/** What a test tells this program: a line of JSON for each step; each is answered by a line of JSON. */
export type Step =
  | {
      readonly open: Pick<PipelineConfig, 'volumes' | 's3Aliases'>
      readonly cacheDir?: string
      readonly filesystems?: Readonly<Record<string, string>>
    }
  | { readonly on: Exclude<SyncCondition, 'changes'> }
  | { readonly close: true }
  /** A shell command, as a container might run it; its output is the answer's. */
  | { readonly sh: string }

export type Answer = {
  readonly code?: string
  readonly message?: string
  readonly said: readonly string[]
  readonly output?: string
}
