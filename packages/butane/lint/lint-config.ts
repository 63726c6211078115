import { type Diagnostic, Report } from '@afloat/report'
import { type Compiled, type CompileOptions, compileConfig } from '../compile-config.ts'
import { type IgnoreComment, parseIgnoreComments } from './ignore-comments.ts'
import { LintInput, type LintOptions } from './lint-input.ts'
import { rules } from './rules.ts'

export interface Linted {
  /** What compiling found, and if that were no errors, what lint found. Sorted by position. */
  readonly report: Report
  readonly compiled: Compiled
  /** Whether an entry is about a line that holds a secret, as also findings say that are taken back: it is not to be printed. */
  isSecret(entry: Diagnostic): boolean
}

/**
 * Looks for what compiles and is still likely to be a mistake, or unsafe. Pure; never throws for what the file holds.
 * A comment `# lint: ignore lint/code` on the line of a finding, or alone before it, takes it back.
 */
export function lintConfig(text: string, options: CompileOptions & LintOptions = {}): Linted {
  const compiled = compileConfig(text, options)
  const { ignition, trace } = compiled
  if (!ignition || !trace) return { report: compiled.report, compiled, isSecret: () => false }

  const report = new Report()
  report.merge(compiled.report)
  const ignores = trace.files.flatMap(({ name: file, text, start }) =>
    parseIgnoreComments(text).map((ignore) => ({ ...ignore, file, offset: start + ignore.offset })),
  )
  const input = new LintInput(ignition, trace, ignores, options)
  const seen = new Set<string>()
  const secretLines = new Set<string>()
  for (const { code, severity, isAboutSecrets, find } of rules) {
    let room = MOST_FINDINGS
    for (const { at, ...found } of find(input)) {
      if (room-- === 0) break
      const placed = new Report()
      trace.addTo(placed, { code, severity, ...found, path: at })
      for (const diagnostic of placed.diagnostics) {
        if (isAboutSecrets) secretLines.add(lineKey(diagnostic))
        const key = JSON.stringify([code, diagnostic.path, diagnostic.message])
        if (!seen.has(key) && !isIgnored(diagnostic, ignores)) report.add(diagnostic)
        seen.add(key)
      }
    }
  }
  return { report, compiled, isSecret: (entry) => secretLines.has(lineKey(entry)) }
}

/** Of one rule. A config that has more is generated, and wrong in one place. */
const MOST_FINDINGS = 1000

function lineKey({ file = '', line }: Diagnostic): string {
  return `${line} ${file}`
}

function isIgnored({ code, file, line }: Diagnostic, ignores: readonly IgnoreComment[]): boolean {
  return ignores.some((ignore) => ignore.code === code && ignore.line === line && ignore.file === file)
}
