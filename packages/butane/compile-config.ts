import {
  type Add,
  AliasBudget,
  checkApplied,
  decode,
  formatIgnition,
  type IgnitionConfig,
  ignitionErrors,
  LARGEST_CONFIG,
  locate,
  type MapNode,
  type ObjectValue,
  ownFindings,
  resolveAlias,
  type SourceNode,
  utf8Length,
  validateIgnition,
  walkObjects,
} from '@afloat/ignition'
import { type Finding, type Issue, type Path, Report } from '@afloat/report'
import { bootErrors } from './afloat/v1_0/boot-errors.ts'
import { resolveVariables, type ValueSource } from './afloat/v1_0/variables.ts'
import { butaneErrors as errors, strictErrors } from './errors.ts'
import { findForbidden } from './forbidden.ts'
import { looksOwn, readHeader } from './header.ts'
import type { IncludeFiles } from './include/include-files.ts'
import { loadIncludes } from './include/load-includes.ts'
import { mergeSources, type Origin } from './include/merge-sources.ts'
import { type SourceFile, SourceFiles } from './include/source-files.ts'
import { formatMachineConfig, repeatedWords } from './openshift/machine-config.ts'
import type { LocalFiles } from './translate/local-files.ts'
import { tracedSource } from './translate/traced-source.ts'
import { translate } from './translate/translate.ts'
import { TranslationMap } from './translate/translation-map.ts'
import type { PipelineOf, Variant } from './variant.ts'
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
  /** Where included files are read, for a variant that has such. */
  readonly includes?: IncludeFiles
  /** Values of variables, for a variant that has such. */
  readonly variables?: ValueSource
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
  /** Texts that entries of the report are about, by file name: the included files, and the first one if it has a name. */
  readonly texts: ReadonlyMap<string, string>
  /** With `ignition`. */
  readonly trace?: Trace
}

/** How a config became what it is, for those who look further. */
export interface Trace {
  readonly variant: Variant
  /** The fields of the file, with those of the files it includes; a null in a list stays. */
  readonly source: ObjectValue
  /** The path in `source` that a path of the Ignition config came from. */
  origin(path: Path): Path
  /** The files, and where each starts in the space of offsets. */
  readonly files: readonly SourceFile[]
  /** Adds an issue with a path of `source`, placed where that was written, to a report. */
  addTo(report: Report, issue: Issue): void
}

/**
 * Compiles a Butane file to an Ignition config. Pure; never throws for what the file holds, only what `variables` does.
 * Checks run in the reference program's order, the first group with an error ends the run: YAML, variant and version,
 * types and unknown keys, the source, translation with local files, the generated config.
 */
export function compileConfig(text: string, options: CompileOptions = {}): Compiled {
  const run = new Run(text.replace(/^\ufeff/, ''), options)
  const { report } = run
  let isOwn = looksOwn(text)
  const { texts } = run.files
  const fail = (failedAt: FailedStage): Compiled => ({ ignition: undefined, report, isOwn, failedAt, texts })

  const root = run.readYaml()
  if (!root) return fail('text')
  const variant = run.readHeader(root)
  if (!variant) return fail('header')
  isOwn = variant.strict
  const roots = variant.includes ? run.include(root, variant) : [root]
  if (report.hasErrors) return fail('text')
  const filled = variant.variables ? run.fillIn(roots) : roots
  if (report.hasErrors) return fail('source')
  const source = run.readFields(filled, variant)
  if (report.hasErrors) return fail('types')
  run.checkSource(source, variant)
  const pipeline = report.hasErrors ? undefined : run.readPipeline(source, variant)
  if (report.hasErrors) return fail('source')
  if (pipeline) {
    const addTo: Trace['addTo'] = (other, issue) => run.addTo(other, issue)
    return { ignition: undefined, pipeline: { ...pipeline, addTo }, report, isOwn, texts }
  }
  const { config, map } = run.translate(source, variant)
  if (report.hasErrors) return fail('source')
  run.checkGenerated(source, config, map, variant)
  if (report.hasErrors) return fail('generated')
  const wrap = variant.machineConfig === true && options.raw !== true
  return {
    ignition: config,
    report,
    isOwn,
    texts,
    trace: {
      variant,
      source,
      origin: (path) => map.source(path),
      files: run.files.all,
      addTo: (other, issue) => run.addTo(other, issue),
    },
    ...(wrap ? { machineConfig: formatMachineConfig(source, JSON.parse(formatIgnition(config))) } : {}),
  }
}

class Run {
  readonly report = new Report()
  readonly #text: string
  readonly #options: CompileOptions
  readonly #files = new SourceFiles()
  /** As they are read, in the order of merging. */
  #roots: readonly SourceNode[] = []
  /** Where a path of the config was written. */
  #origin = (path: Path): Origin => ({ file: 0, path })

  constructor(text: string, options: CompileOptions) {
    this.#text = text
    this.#options = options
    this.#files.add(text, options.fileName)
  }

  get files(): SourceFiles {
    return this.#files
  }

  readYaml(): MapNode | undefined {
    if (this.#text.length > LARGEST_CONFIG || utf8Length(this.#text) > LARGEST_CONFIG)
      return this.#fail(errors.tooLarge(LARGEST_CONFIG / 1024 / 1024), 0)
    const yaml = parseYaml(this.#text)
    if ('problems' in yaml) {
      for (const { found, offset } of yaml.problems) this.#fail(found, offset)
      return undefined
    }
    const root = resolveAlias(yaml.root ?? EMPTY)
    if (root.kind !== 'map') return this.#fail(errors.wrongType(undefined, 'a mapping', root), root.offset)
    this.#roots = [root]
    return root
  }

  readHeader(root: SourceNode): Variant | undefined {
    const header = readHeader(root)
    return 'found' in header ? this.#fail(header.found, header.offset, header.path) : header
  }

  /** The roots of the file and of those it includes, in the order of merging. */
  include(root: MapNode, variant: Variant): readonly MapNode[] {
    const fail = (found: Finding, offset: number, path?: Path) => {
      this.#fail(found, offset, path)
    }
    return loadIncludes(root, { variant, files: this.#files, reader: this.#options.includes, fail })
  }

  /** Puts the values of variables in. */
  fillIn(roots: readonly MapNode[]): readonly SourceNode[] {
    const filled = resolveVariables(roots, this.#options.variables ?? new Map())
    for (const { found, offset } of filled.problems) this.#fail(found, offset)
    return filled.roots
  }

  /** Each file is held to the spec by itself, so that nothing wrong goes unseen because another file says it too. */
  readFields(roots: readonly SourceNode[], variant: Variant): ObjectValue {
    this.#roots = roots
    const budget = new AliasBudget()
    const sources = roots.map((root) => this.#readFile(root, variant, budget))
    if (sources.length === 1) return sources[0]!
    const { value, origin } = mergeSources(variant, sources)
    this.#origin = origin
    return value
  }

  #readFile(root: SourceNode, variant: Variant, budget: AliasBudget): ObjectValue {
    const { value, issues } = decode(root, variant.spec, {
      scalars: yamlScalars({ fractions: variant.strict ? 'refuse' : 'cut' }),
      errors: variant.strict ? strictErrors : errors,
      unknownKeys: variant.strict ? 'error' : 'warning',
      laterVersion: (object, key) => laterVersion(variant, object, key),
      budget,
      mergeKeys: true,
      asReference: !variant.strict,
      ...(variant.strict ? { ignoreRootKey: (key: string) => key.startsWith('x-') } : {}),
    })
    for (const issue of issues) this.#add(issue)
    return value
  }

  checkSource(source: ObjectValue, variant: Variant): void {
    const expected = (variant.expects ?? []).map((object): [string, ObjectValue] => [object, {}])
    walkObjects(variant.spec, { ...Object.fromEntries(expected), ...source }, (object, value, path) =>
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
    const config = translate(source, variant, {
      map,
      add: this.#addFound,
      hasErrors: () => this.report.hasErrors,
      outputRoot: this.#outputRoot(variant),
      localFiles,
      gzip,
    })
    // As in the reference program, what sugar found to be wrong is said first, and alone.
    if (this.report.hasErrors) return { config: config as unknown as IgnitionConfig, map }
    // As in the reference program, which looks for these fields in a MachineConfig only.
    const forbidden = variant.machineConfig && this.#options.raw ? {} : variant.forbidden
    for (const { path, found } of findForbidden(config, variant.ignition, forbidden))
      this.#addFound('error', map.source(path), found)
    return { config: config as unknown as IgnitionConfig, map }
  }

  #outputRoot({ machineConfig }: Variant): Path {
    return machineConfig && !this.#options.raw ? ['spec', 'config'] : []
  }

  checkGenerated(source: ObjectValue, config: IgnitionConfig, map: TranslationMap, variant: Variant): void {
    if (variant.machineConfig && !this.#options.raw)
      for (const path of repeatedWords(source))
        this.#addFound('error', path, ignitionErrors.duplicate('Word', ''))
    const outputRoot = this.#outputRoot(variant)
    const sourceOf = (path: Path) =>
      variant.strict
        ? map.source(path)
        : tracedSource(config as unknown as ObjectValue, path, { map, outputRoot })
    const add = (issue: Issue) => this.#add({ ...issue, path: sourceOf(issue.path) })
    const applied = this.#options.applied ?? variant.strict
    for (const issue of validateIgnition(variant.ignition, config))
      if (applied || !ownFindings.has(issue.code)) add(issue)
    if (this.report.hasErrors || !applied) return
    for (const issue of checkApplied(config)) add(issue)
  }

  /** An issue without an offset is about a path of the whole config, which may stand elsewhere in a file of its own. */
  addTo(report: Report, issue: Issue): void {
    const { file, path } = this.#origin(issue.path)
    const placed =
      issue.offset === undefined ? { ...issue, path, offset: locate(this.#roots[file]!, path) } : issue
    report.addIssue(placed, { lines: this.#files })
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
