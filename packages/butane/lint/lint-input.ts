import {
  decodeUtf8,
  formatIgnition,
  type IgnitionConfig,
  type ObjectValue,
  type Resource,
} from '@afloat/ignition'
import type { Path } from '@afloat/report'
import type { Trace } from '../compile-config.ts'
import type { IgnoreComment } from './ignore-comments.ts'
import { type LintContainer, listContainers } from './list-containers.ts'
import { listTexts, type WrittenText } from './list-texts.ts'
import { type Gunzip, type Unpacked, unpack } from './unpack.ts'

export interface LintOptions {
  /** Where the machine runs, as in `platforms`. */
  readonly platform?: string
  /** Unpacks gzip. Without it, packed contents are not looked at. */
  readonly gunzip?: Gunzip
}

/** What rules look at: the file, what it became, and views of both that several rules share. */
export class LintInput {
  readonly source: ObjectValue
  readonly config: IgnitionConfig
  readonly variant: string
  readonly ignores: readonly IgnoreComment[]
  readonly platform: string | undefined
  readonly #trace: Trace
  readonly #gunzip: Gunzip | undefined
  readonly #unpacked = new Map<Resource, Unpacked>()
  #texts: readonly WrittenText[] | undefined
  #containers: readonly LintContainer[] | undefined

  constructor(
    config: IgnitionConfig,
    trace: Trace,
    ignores: readonly IgnoreComment[],
    { platform, gunzip }: LintOptions,
  ) {
    this.source = trace.source
    this.config = config
    this.variant = trace.variant.name
    this.ignores = ignores
    this.platform = platform
    this.#trace = trace
    this.#gunzip = gunzip
  }

  /** The path in the YAML file that a path of the Ignition config came from. */
  origin(path: Path): Path {
    return this.#trace.origin(path)
  }

  /** The spec of `config`. */
  get spec() {
    return this.#trace.variant.ignition
  }

  /** What the machine is given, as text. */
  get output(): string {
    return formatIgnition(this.config)
  }

  /** Everything that is written to files of the machine and stands in the config. */
  get texts(): readonly WrittenText[] {
    this.#texts ??= listTexts(this)
    return this.#texts
  }

  /** Containers of the file and those of Quadlet files. */
  get containers(): readonly LintContainer[] {
    this.#containers ??= listContainers(this)
    return this.#containers
  }

  unpack(resource: Resource): Unpacked {
    const known = this.#unpacked.get(resource) ?? unpack(resource, this.#gunzip)
    this.#unpacked.set(resource, known)
    return known
  }

  /** The contents as text; undefined for those that are elsewhere, broken, or no text. */
  textOf(resource: Resource | undefined): string | undefined {
    const found = resource && this.unpack(resource)
    return found && 'bytes' in found ? decodeUtf8(found.bytes) : undefined
  }

  /** Whether other configs, which are not looked at, become part of this one on the machine. */
  get isPartial(): boolean {
    const { merge = [], replace } = this.config.ignition.config ?? {}
    return merge.length > 0 || replace?.source !== undefined
  }
}
