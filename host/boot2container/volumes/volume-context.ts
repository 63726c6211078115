import type { PipelineConfig } from '@afloat/boot2container'
import type { Sys } from '../../sys/sys.ts'
import type { Reporter } from '../report.ts'
import type { Secrets } from '../secrets/read-secrets.ts'

/** What volumes need of the machine they are on. */
export type VolumeContext = {
  readonly sys: Sys
  readonly config: Pick<PipelineConfig, 's3Aliases'>
  readonly report: Reporter
  readonly secrets: Pick<Secrets, 'get'>
  /** Without a cache volumes are in memory. */
  readonly storage: { readonly cacheDir?: string }
  /** Where a named file system is mounted. */
  filesystemPath(name: string): string
}
