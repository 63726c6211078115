import { locate, type SourceNode } from '@afloat/ignition'
import { type Finding, type Issue, LineIndex, type Path, Report } from '@afloat/report'
import type { CmdlinePiece } from './cmdline-pieces.ts'

/** The text of a file of machines: where things stand in it, what is wrong with it, and what of it may be printed. */
export class MachinesSource {
  readonly report = new Report()
  readonly text: string
  root: SourceNode = { kind: 'map', offset: 0, entries: new Map() }
  readonly #lines: LineIndex
  readonly #fileName: string
  readonly #hidden: { readonly from: number; readonly to: number }[] = []
  #isAllHidden = false

  constructor(text: string, fileName: string) {
    this.text = text
    this.#lines = new LineIndex(text)
    this.#fileName = fileName
  }

  error(found: Finding, path: Path, offset?: number): undefined {
    this.add({ ...found, severity: 'error', path, ...(offset === undefined ? {} : { offset }) })
  }

  add(issue: Issue): void {
    const find = ({ path }: { path: Path }) => locate(this.root, path)
    this.report.addIssue(issue, { lines: this.#lines, file: this.#fileName, locate: find })
  }

  /** Offset of a character of a piece: exact where the piece is written as it is, else that of its begin. */
  offsetOf(piece: CmdlinePiece, offset: number): number {
    const start = locate(this.root, piece.path)
    return this.#isLiteral(piece, start) ? start + this.#quote(start) + offset : start
  }

  /** Keeps these characters of a piece from being printed. Where that is not possible, nothing of the file is. */
  hide(piece: CmdlinePiece, offset: number, length: number): void {
    const start = locate(this.root, piece.path)
    if (!this.#isLiteral(piece, start)) this.#isAllHidden = true
    const from = start + this.#quote(start) + offset
    this.#hidden.push({ from, to: from + length })
  }

  /** The text with an asterisk for each character that must not be printed; undefined: none of it may be. */
  get shown(): string | undefined {
    if (this.#isAllHidden) return undefined
    return this.#hidden.reduce(
      (text, { from, to }) => text.slice(0, from) + '*'.repeat(to - from) + text.slice(to),
      this.text,
    )
  }

  #isLiteral({ text }: CmdlinePiece, start: number): boolean {
    return this.text.startsWith(text, start + this.#quote(start))
  }

  #quote(start: number): number {
    return /["']/.test(this.text[start] ?? '') ? 1 : 0
  }
}
