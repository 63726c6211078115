import {
  configMeaning,
  findSpec,
  type Gunzip,
  type IgnitionConfig,
  locate,
  parseIgnition,
  type Spec,
} from '@afloat/ignition'
import { parseJson } from '@afloat/ignition/source/parse-json'
import { type Issue, LineIndex, type Report } from '@afloat/report'
import { compileConfig } from '../compile-config.ts'
import type { Variant } from '../variant.ts'
import { chooseVariant, rank } from './choose-variant.ts'
import { decompileErrors as errors } from './errors.ts'
import { ignitionPath } from './ignition-path.ts'
import { toSource } from './to-source.ts'
import { writeYaml } from './write-yaml.ts'

export interface DecompileOptions {
  /** For `file:line:column`. */
  readonly fileName?: string
  /** Name of the variant to write. Default: flatcar where a stable version of it makes the config's spec, else fcos. */
  readonly variant?: string
  /** Without it compressed contents stay data URLs. */
  readonly gunzip?: Gunzip
}

export interface Decompiled {
  /** Undefined if the report has errors. */
  readonly yaml: string | undefined
  /** Places are those of the Ignition config. */
  readonly report: Report
}

/**
 * Writes an Ignition config as YAML that compiles to the same: to the same fields, and to the same contents where these
 * stand in the config. What the variant refuses is an error at its place. Pure; never throws for what the file holds.
 */
export function decompileConfig(text: string, options: DecompileOptions = {}): Decompiled {
  const fileName = options.fileName === undefined ? {} : { fileName: options.fileName }
  const { config, report } = parseIgnition(text, { ...fileName, applied: false })
  const failed = { yaml: undefined, report }
  if (!config) return failed
  const add = adder(text, report, options.fileName)

  const spec = findSpec(config.ignition.version)!
  const variant = chooseVariant(spec, options.variant)
  if ('code' in variant) {
    add({ severity: 'error', ...variant, path: ['ignition', 'version'] })
    return failed
  }
  for (const issue of versionIssues(config, spec, variant)) add(issue)
  if (report.hasErrors) return failed

  let problems: Issue[] = []
  // Text in place of data URLs may make a file too large, or two merged configs alike.
  for (const inline of [true, false]) {
    const yaml = writeYaml(toSource(config, variant, { inline, gunzip: options.gunzip }))
    problems = recompile(yaml, config, variant, options.gunzip)
    if (problems.length === 0) return { yaml, report }
  }
  for (const problem of problems) add(problem)
  return failed
}

function adder(text: string, report: Report, file: string | undefined): (issue: Issue) => void {
  const source = text.replace(/^\ufeff/, '')
  const json = parseJson(source)
  const lines = new LineIndex(source)
  return (issue) =>
    report.addIssue(issue, {
      lines,
      ...('root' in json ? { locate: ({ path }) => locate(json.root, path) } : {}),
      ...(file === undefined ? {} : { file }),
    })
}

/** A variant may have no version for the config's own spec: then a later one is used. */
function versionIssues({ ignition, storage }: IgnitionConfig, spec: Spec, variant: Variant): Issue[] {
  const { version } = variant.ignition
  if (version === spec.version) return []
  const issues: Issue[] = [
    {
      severity: 'warning',
      ...errors.versionRaised(ignition.version, version, variant.name),
      path: ['ignition', 'version'],
    },
  ]
  if (rank(spec) >= rank(SPECIAL_MODES) || rank(variant.ignition) < rank(SPECIAL_MODES)) return issues
  for (const kind of ['files', 'directories'] as const)
    for (const [index, { mode = 0 }] of (storage?.[kind] ?? []).entries())
      if (mode & 0o7000)
        issues.push({
          severity: 'error',
          ...errors.specialModeWakes(ignition.version, version),
          path: ['storage', kind, index, 'mode'],
        })
  return issues
}

/** The first spec in which setuid, setgid and sticky bits have an effect. */
const SPECIAL_MODES = findSpec('3.6.0')!

/** What is wrong with YAML that was made from a config, at places of the config. */
function recompile(
  yaml: string,
  config: IgnitionConfig,
  variant: Variant,
  gunzip: Gunzip | undefined,
): Issue[] {
  const { ignition, report } = compileConfig(yaml)
  if (!ignition)
    return report.diagnostics
      .filter(({ severity }) => severity === 'error')
      .map(({ severity, code, message, hint, path }) => ({
        ...{ severity, code, message, path: ignitionPath(path, variant.ignition) },
        ...(isRefusal(code, variant) ? { hint: errors.refusedHint } : hint === undefined ? {} : { hint }),
      }))
  const wanted = { ...config, ignition: { ...config.ignition, version: variant.ignition.version } }
  return configMeaning(ignition, gunzip) === configMeaning(wanted, gunzip)
    ? []
    : [{ severity: 'error', ...errors.differs(), path: [] }]
}

/** Whether a field is fine but for the variant. */
function isRefusal(code: string, { forbidden }: Variant): boolean {
  const codes = [...Object.values(forbidden).map((found) => found.code), 'ignition/unsupported-section']
  return codes.includes(code)
}
