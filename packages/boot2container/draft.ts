import { type Finding, nearestName, type Path, type Severity } from '@afloat/report'
import type { PipelineConfig } from './config.ts'

/** A finding at a spot, which the reader of the source turns into a place. */
export interface SpottedFinding extends Finding {
  readonly severity: Severity
  readonly spot: number
}

/** A pipeline that is being read: what is known so far, what was wrong, and where everything stood. */
export class Draft {
  config = defaultPipeline()
  /** Of the extra arguments; they may be named before or after the URL. */
  readonly argumentsKeys: string[] = []
  readonly findings: SpottedFinding[] = []
  /** What must not be printed, as ranges of spots. */
  readonly secretSpots: { from: number; to: number }[] = []
  readonly #places = new Map<string, number>()

  error(spot: number, found: Finding): void {
    this.#add({ ...found, severity: 'error', spot })
  }

  warn(spot: number, found: Finding): void {
    this.#add({ ...found, severity: 'warning', spot })
  }

  /** The known name that is most likely meant. Looking takes time: nobody reads a thousand suggestions. */
  suggest(name: string, known: Iterable<string>): string | undefined {
    return this.findings.length < MOST_SUGGESTIONS ? nearestName(name, known) : undefined
  }

  #add(found: SpottedFinding): void {
    if (this.findings.length < MOST_FINDINGS) this.findings.push(found)
  }

  place(path: Path, spot: number): void {
    this.#places.set(path.join('.'), spot)
  }

  /** The spot that a path of the config, or else the nearest above it, was read from. Undefined for a default. */
  spotOf(path: Path): number | undefined {
    for (let length = path.length; length > 0; length--) {
      const spot = this.#places.get(path.slice(0, length).join('.'))
      if (spot !== undefined) return spot
    }
    return undefined
  }

  /** Takes back what was read before. */
  reset(key: keyof PipelineConfig): void {
    const { [key]: _, ...rest } = this.config
    this.config = { ...defaultPipeline(), ...rest }
  }
}

const MOST_FINDINGS = 1000
const MOST_SUGGESTIONS = 100

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
