import type { Diagnostic, Issue, Position, Severity } from './diagnostic.ts'
import { formatPath } from './path.ts'

/** Where issues are placed: a text, or several in one space of offsets, of which a position then names the file. */
export interface IssueSource {
  readonly lines: { position(offset: number): Position & { readonly file?: string } }
  readonly locate?: (issue: Issue) => number
  readonly file?: string
}

/** Collects what is wrong with one or more inputs. Reading never empties it. */
export class Report {
  readonly #diagnostics: Diagnostic[] = []

  add(diagnostic: Diagnostic): void {
    this.#diagnostics.push(diagnostic)
  }

  /** Adds an issue; its place is its own offset, else the one `locate` finds for its path. */
  addIssue(issue: Issue, source: IssueSource): void {
    const offset = issue.offset ?? source.locate?.(issue)
    const place = offset === undefined ? { line: 0, column: 0 } : source.lines.position(offset)
    const { line, column, file = source.file } = place
    this.add({
      severity: issue.severity,
      code: issue.code,
      message: issue.message,
      path: formatPath(issue.path),
      line,
      column,
      ...(issue.hint === undefined ? {} : { hint: issue.hint }),
      ...(file === undefined ? {} : { file }),
    })
  }

  merge(other: Report): void {
    this.#diagnostics.push(...other.#diagnostics)
  }

  /** In the order they came in, which is that of the checks. */
  get entries(): readonly Diagnostic[] {
    return this.#diagnostics
  }

  /** Sorted by file and position; entries of one place keep the order they came in. */
  get diagnostics(): readonly Diagnostic[] {
    return this.#diagnostics.toSorted(
      (a, b) => compare(a.file ?? '', b.file ?? '') || a.line - b.line || a.column - b.column,
    )
  }

  get hasErrors(): boolean {
    return this.#has('error')
  }

  get isEmpty(): boolean {
    return this.#diagnostics.length === 0
  }

  #has(severity: Severity): boolean {
    return this.#diagnostics.some((diagnostic) => diagnostic.severity === severity)
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
