import {
  type Add,
  checkApplied,
  decode,
  formatIgnition,
  type IgnitionConfig,
  LARGEST_CONFIG,
  locate,
  type ObjectValue,
  ownFindings,
  resolveAlias,
  type SourceNode,
  utf8Length,
  validateIgnition,
  walkObjects,
} from '@afloat/ignition'
import { type Finding, type Issue, LineIndex, type Path, Report } from '@afloat/report'
import { bootErrors } from './afloat/v1_0/boot-errors.ts'
import { type GivenValues, resolveVariables } from './afloat/v1_0/variables.ts'
import { butaneErrors as errors, strictErrors } from './errors.ts'
import { forbiddenPaths } from './forbidden.ts'
import { looksOwn, readHeader } from './header.ts'
import { elidedFields, formatMachineConfig } from './openshift/machine-config.ts'
import type { LocalFiles } from './translate/local-files.ts'
import { translate } from './translate/translate.ts'
import { TranslationMap } from './translate/translation-map.ts'
import type { PipelineOf, Variant } from './variant.ts'
import { variantErrors } from './variant-errors.ts'
import { laterVersion } from './variants.ts'
import { parseYaml } from './yaml/parse-yaml.ts'
import { yamlScalars } from './yaml/yaml-scalars.ts'

export interface CompileOptions {
  /** For `file:line:column`. */
  readonly fileName?: string
  /** The files directory. Without it `local` fields are errors. */
  readonly localFiles?: LocalFiles
  /** gzip at the best level. Without it nothing is compressed. */
  readonly gzip?: (bytes: Uint8Array) => Uint8Array
  /** Values of variables, for a variant that has such. */
  readonly variables?: GivenValues
  /** Whether a variant of OpenShift is to become Ignition, without the MachineConfig around it. */
  readonly raw?: boolean
  /** Whether sections that Afloat does not apply to a machine are errors. Default: as the variant says. */
  readonly applied?: boolean
  /** What the file is to become: a kernel command line for boot2container is one of its own. Default: Ignition. */
  readonly target?: Target
}

/** `either`: as the file says. */
export type Target = 'ignition' | 'b2c' | 'either'

/** How far a config that failed got. */
export type FailedStage = 'text' | 'header' | 'types' | 'source' | 'generated'

export interface Compiled {
  /** Undefined if the report has errors. */
  readonly ignition: IgnitionConfig | undefined
  /** What is to be written instead of `ignition`: YAML, for variants of OpenShift that are not wanted raw. */
  readonly machineConfig?: string
  /** Instead of `ignition`, for boot2container. */
  readonly pipeline?: PipelineOf & { addTo: Trace['addTo'] }
  readonly report: Report
  /** Whether the file is for a variant that only Afloat compiles, or looks so. Others expect the reference's report. */
  readonly isOwn: boolean
  readonly failedAt?: FailedStage
  /** With `ignition`. */
  readonly trace?: Trace
}

/** How a config became what it is, for those who look further. */
export interface Trace {
  readonly variant: Variant
  /** The fields of the file; a null in a list stays. */
  readonly source: ObjectValue
  /** The path in the file that a path of the Ignition config came from. */
  origin(path: Path): Path
  /** Adds an issue with a path of the file, placed there, to a report. */
  addTo(report: Report, issue: Issue): void
}

/**
 * Compiles a Butane file to an Ignition config. Pure; never throws for what the file holds.
 * Checks run in the reference program's order, the first group with an error ends the run: YAML, variant and version,
 * types and unknown keys, the source, translation with local files, the generated config.
 */
export function compileConfig(text: string, options: CompileOptions = {}): Compiled {
  const run = new Run(text.replace(/^\ufeff/, ''), options)
  const { report } = run
  let isOwn = looksOwn(text)
  const fail = (failedAt: FailedStage): Compiled => ({ ignition: undefined, report, isOwn, failedAt })

  const root = run.readYaml()
  if (!root) return fail('text')
  const variant = run.readHeader(root)
  if (!variant) return fail('header')
  isOwn = variant.strict
  const filled = variant.variables ? run.fillIn(root) : root
  if (!filled) return fail('source')
  const source = run.readFields(filled, variant)
  if (report.hasErrors) return fail('types')
  run.checkSource(source, variant)
  const pipeline = report.hasErrors ? undefined : run.readPipeline(source, variant)
  if (report.hasErrors) return fail('source')
  if (pipeline) {
    const addTo: Trace['addTo'] = (other, issue) => run.addTo(other, issue)
    return { ignition: undefined, pipeline: { ...pipeline, addTo }, report, isOwn }
  }
  const { config, map } = run.translate(source, variant)
  if (report.hasErrors) return fail('source')
  run.checkGenerated(config, map, variant)
  if (report.hasErrors) return fail('generated')
  const wrap = variant.machineConfig === true && options.raw !== true
  return {
    ignition: config,
    report,
    isOwn,
    trace: {
      variant,
      source,
      origin: (path) => map.source(path),
      addTo: (other, issue) => run.addTo(other, issue),
    },
    ...(wrap ? { machineConfig: formatMachineConfig(source, JSON.parse(formatIgnition(config))) } : {}),
  }
}

class Run {
  readonly report = new Report()
  readonly #text: string
  readonly #options: CompileOptions
  readonly #source: { lines: LineIndex; file?: string; locate?: (issue: Issue) => number }

  constructor(text: string, options: CompileOptions) {
    this.#text = text
    this.#options = options
    this.#source = {
      lines: new LineIndex(text),
      ...(options.fileName === undefined ? {} : { file: options.fileName }),
    }
  }

  readYaml(): SourceNode | undefined {
    if (this.#text.length > LARGEST_CONFIG || utf8Length(this.#text) > LARGEST_CONFIG)
      return this.#fail(errors.tooLarge(LARGEST_CONFIG / 1024 / 1024), 0)
    const yaml = parseYaml(this.#text)
    if ('problems' in yaml) {
      for (const { found, offset } of yaml.problems) this.#fail(found, offset)
      return undefined
    }
    const root = yaml.root ?? EMPTY
    if (resolveAlias(root).kind !== 'map')
      return this.#fail(errors.wrongType(undefined, 'a mapping', root), root.offset)
    this.#source.locate = ({ path }) => locate(root, path)
    return root
  }

  readHeader(root: SourceNode): Variant | undefined {
    const header = readHeader(root)
    return 'found' in header ? this.#fail(header.found, header.offset, header.path) : header
  }

  /** Puts the values of variables in; undefined when one is missing or wrong. */
  fillIn(root: SourceNode): SourceNode | undefined {
    const map = resolveAlias(root)
    if (map.kind !== 'map') return root
    const filled = resolveVariables(map, this.#options.variables ?? new Map())
    for (const { found, offset } of filled.problems) this.#fail(found, offset)
    this.#source.locate = ({ path }) => locate(filled.root, path)
    return this.report.hasErrors ? undefined : filled.root
  }

  readFields(root: SourceNode, variant: Variant): ObjectValue {
    const { value, issues } = decode(root, variant.spec, {
      scalars: yamlScalars({ fractions: variant.strict ? 'refuse' : 'cut' }),
      errors: variant.strict ? strictErrors : errors,
      unknownKeys: variant.strict ? 'error' : 'warning',
      laterVersion: (object, key) => laterVersion(variant, object, key),
      mergeKeys: variant.strict ? 'silent' : 'report',
      ...(variant.strict ? { ignoreRootKey: (key: string) => key.startsWith('x-') } : {}),
    })
    for (const issue of issues) this.#add(issue)
    return value
  }

  checkSource(source: ObjectValue, variant: Variant): void {
    walkObjects(variant.spec, source, (object, value, path) =>
      variant.checks[object]?.(value, path, this.#addFound),
    )
  }

  /** Undefined if the file is to become Ignition. */
  readPipeline(source: ObjectValue, { pipeline }: Variant): PipelineOf | undefined {
    const { target = 'ignition' } = this.#options
    const has = pipeline?.has(source) ?? false
    if (has && target !== 'ignition') return pipeline?.read(source, this.#addFound)
    if (has) this.#addFound('error', ['boot_containers'], bootErrors.wantsTarget())
    else if (target === 'b2c') this.#addFound('error', [], bootErrors.noBootContainers())
    return undefined
  }

  translate(source: ObjectValue, variant: Variant): { config: IgnitionConfig; map: TranslationMap } {
    const map = new TranslationMap()
    const { localFiles } = this.#options
    const gzip = variant.compresses === false ? undefined : this.#options.gzip
    const config = translate(source, variant, { map, add: this.#addFound, localFiles, gzip })
    // As in the reference program, what sugar found to be wrong is said first, and alone.
    if (this.report.hasErrors) return { config: config as unknown as IgnitionConfig, map }
    for (const [field, found] of Object.entries(variant.forbidden))
      for (const path of forbiddenPaths(config, field)) this.#addFound('error', map.source(path), found)
    if (variant.machineConfig && this.#options.raw)
      for (const path of elidedFields(source)) this.#addFound('warning', path, variantErrors.fieldElided)
    return { config: config as unknown as IgnitionConfig, map }
  }

  checkGenerated(config: IgnitionConfig, map: TranslationMap, variant: Variant): void {
    const add = (issue: Issue) => this.#add({ ...issue, path: map.source(issue.path) })
    const applied = this.#options.applied ?? variant.strict
    for (const issue of validateIgnition(variant.ignition, config))
      if (applied || !ownFindings.has(issue.code)) add(issue)
    if (this.report.hasErrors || !applied) return
    for (const issue of checkApplied(config)) add(issue)
  }

  addTo(report: Report, issue: Issue): void {
    report.addIssue(issue, this.#source)
  }

  #add(issue: Issue): void {
    this.addTo(this.report, issue)
  }

  #addFound: Add = (severity, path, found) => this.#add({ ...found, severity, path })

  #fail(found: Finding, offset: number, path: Path = []): undefined {
    this.#add({ ...found, severity: 'error', path, offset })
  }
}

const EMPTY: SourceNode = { kind: 'map', offset: 0, entries: new Map() }
