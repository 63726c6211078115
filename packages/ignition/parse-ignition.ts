import { type Issue, LineIndex, nearestName, Report } from '@afloat/report'
import { checkApplied } from './applied.ts'
import type { IgnitionConfig } from './config.ts'
import { ignitionErrors as errors } from './errors.ts'
import { decode } from './source/decode.ts'
import { jsonScalars } from './source/json-scalars.ts'
import { locate } from './source/locate.ts'
import { parseJson } from './source/parse-json.ts'
import { resolveAlias, type SourceNode } from './source/source-node.ts'
import { utf8Length } from './utf8.ts'
import { validateIgnition } from './validate/validate-ignition.ts'
import { findSpec, newestStable, specs } from './versions.ts'

/** Largest config in bytes; cloud user data ends long before. */
export const LARGEST_CONFIG = 10 * 1024 * 1024

export interface ParseIgnitionOptions {
  /** For `file:line:column`. */
  readonly fileName?: string
  /** Whether what Afloat does not apply to a machine is an error, a warning, or nothing. Default true: an error. */
  readonly applied?: boolean | 'warn'
}

export interface ParsedIgnition {
  /** Undefined if the report has errors. */
  readonly config: IgnitionConfig | undefined
  readonly report: Report
}

/** Reads and checks an Ignition config, spec 3.0.0 to 3.7.0-experimental. Never throws: what is wrong is in the report. */
export function parseIgnition(text: string, options: ParseIgnitionOptions = {}): ParsedIgnition {
  const report = new Report()
  const source = text.replace(/^\ufeff/, '')
  const lines = new LineIndex(source)
  let root: SourceNode | undefined
  const add = (issue: Issue) =>
    report.addIssue(issue, {
      lines,
      ...(root === undefined ? {} : { locate: ({ path }) => locate(root!, path) }),
      ...(options.fileName === undefined ? {} : { file: options.fileName }),
    })
  const failed = () => ({ config: undefined, report })

  const unreadable = checkText(source)
  if (unreadable) {
    add({ severity: 'error', ...unreadable, path: [], offset: 0 })
    return failed()
  }
  const json = parseJson(source)
  if ('error' in json) {
    add({ severity: 'error', ...errors.badJson(json.error.message), path: [], offset: json.offset })
    return failed()
  }
  root = json.root
  for (const { key, offset } of json.duplicates)
    add({ severity: 'warning', ...errors.duplicateKey(key), path: [], offset })

  const version = readVersion(root)
  const spec = findSpec(version.text)
  if (!spec) {
    add({ severity: 'error', ...unknownVersion(version.text), path: ['ignition', 'version'] })
    return failed()
  }

  const decoded = decode(root, spec, {
    scalars: jsonScalars,
    errors,
    unknownKeys: 'warning',
    laterVersion: (object, key) => specs.find((later) => key in (later.objects[object] ?? {}))?.version,
  })
  const config = decoded.value as unknown as IgnitionConfig
  for (const issue of decoded.issues) add(issue)
  if (report.hasErrors) return failed()
  for (const issue of validateIgnition(spec, config)) add(issue)
  const { applied = true } = options
  if (applied && !report.hasErrors)
    for (const issue of checkApplied(config))
      add(applied === 'warn' ? { ...issue, severity: 'warning' } : issue)
  return report.hasErrors ? failed() : { config, report }
}

function checkText(text: string) {
  if (text.length > LARGEST_CONFIG || utf8Length(text) > LARGEST_CONFIG)
    return errors.tooLarge(LARGEST_CONFIG / 1024 / 1024)
  const start = text.trimStart().slice(0, 200)
  if (start === '') return errors.empty()
  if (start.startsWith('{')) return undefined
  if (/^<(!doctype|html|\?xml|[a-z])/i.test(start)) return errors.notJson('HTML or XML')
  if (/^(#|---|[A-Za-z_]+:(\s|$))/.test(start)) return errors.notJson('YAML')
  return errors.notJson(start.startsWith('[') ? 'a list' : 'other text')
}

function readVersion(root: SourceNode): { text: string } {
  const ignition = root.kind === 'map' ? root.entries.get('ignition')?.value : undefined
  const version = ignition?.kind === 'map' ? ignition.entries.get('version')?.value : undefined
  const scalar = version && resolveAlias(version)
  return { text: scalar?.kind === 'scalar' ? scalar.text : '' }
}

function unknownVersion(version: string) {
  if (version === '') return errors.versionMissing()
  const known = specs.map((spec) => spec.version)
  const nearest = nearestName(version, known)
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const newest = newestStable.version
  const hint =
    major < 3
      ? `Write the config anew for version ${newest}: versions 1 and 2 have other sections`
      : major === 3 && minor >= specs.length
        ? `Set the version to ${newest} if the config uses nothing newer`
        : `Set the version to ${nearest ?? newest}`
  return errors.versionUnsupported(version, known, hint)
}
