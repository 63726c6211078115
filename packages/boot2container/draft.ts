import type { Finding, Path, Severity } from '@afloat/report'
import type { PipelineConfig } from './config.ts'

/** A finding at a spot, which the reader of the source turns into a place. */
export interface SpottedFinding extends Finding {
  readonly severity: Severity
  readonly spot: number
}

/** A pipeline that is being read: what is known so far, what was wrong, and where everything stood. */
export class Draft {
  readonly config = defaultPipeline()
  /** Of the extra arguments; they may be named before or after the URL. */
  readonly argumentsKeys: string[] = []
  readonly findings: SpottedFinding[] = []
  /** From a path of the config, joined by dots, to the spot it was read from. */
  readonly places = new Map<string, number>()
  /** What must not be printed, as ranges of spots. */
  readonly secretSpots: { from: number; to: number }[] = []

  error(spot: number, found: Finding): void {
    this.findings.push({ ...found, severity: 'error', spot })
  }

  warn(spot: number, found: Finding): void {
    this.findings.push({ ...found, severity: 'warning', spot })
  }

  place(path: Path, spot: number): void {
    this.places.set(path.join('.'), spot)
  }
}

/** Lists can be added to. */
export type DraftConfig = {
  -readonly [Key in keyof PipelineConfig]: PipelineConfig[Key] extends readonly (infer Item)[]
    ? Item[]
    : PipelineConfig[Key]
}

/** What a machine does that is asked for nothing. */
export function defaultPipeline(): DraftConfig {
  return {
    services: [],
    containers: [],
    postContainers: [],
    pipefail: false,
    pull: 'newer',
    privileged: true,
    addCapabilities: [],
    dropCapabilities: [],
    readOnly: false,
    imagePolicy: { requireDigest: false, publicKeys: [] },
    cacheDevice: { kind: 'none' },
    filesystems: [],
    volumes: [],
    s3Aliases: [],
    interfaces: [],
    modules: [],
    hostname: 'boot2container',
    poweroffDelaySec: 0,
    onFinish: 'poweroff',
    reports: [],
    secrets: [],
  }
}
