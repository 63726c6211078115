import type { Diagnostic } from '@afloat/report'
import { type Edit, indent, newLine, outdent } from './indent.ts'
import { type Mark, markAt, nextMark, placeMarks } from './mark.ts'
import { Note } from './note.ts'
import { type Lines, scanLines } from './scan-lines.ts'
import { Sheet } from './sheet.ts'

export interface EditorOptions {
  /** The text has changed. */
  onInput(): void
  /** The caret stands elsewhere. */
  onCaret(): void
  /** Something to be read to a person who does not see it. */
  say(text: string): void
}

/**
 * A text area, with line numbers beside it and, below its transparent text, the same text in colors with marks. Only the
 * lines in view are drawn, and the text area alone has the text, the caret and the undo history.
 */
export class Editor {
  readonly #area: HTMLTextAreaElement
  readonly #sheet: Sheet
  readonly #note: Note
  readonly #options: EditorOptions
  #lines: Lines = scanLines('')
  #problems: readonly Diagnostic[] = []
  #marks: readonly Mark[] = []
  /** The lines that the marks were found for. */
  #marksOf: Lines | undefined
  #tabLeaves = false

  constructor(frame: HTMLElement, options: EditorOptions) {
    this.#area = frame.querySelector('textarea')!
    this.#sheet = new Sheet(frame, { lines: this.#lines, marks: [] })
    this.#note = new Note(frame.querySelector('.note')!, frame)
    this.#options = options
    this.#listen()
    this.#read()
  }

  get text(): string {
    return this.#area.value
  }

  /** The line of the caret, counted from 1. */
  get caretLine(): number {
    return this.#lines.lineOf(this.#area.selectionStart) + 1
  }

  /** Shows another text, from its beginning. Ctrl-Z does not bring back what was there. */
  open(text: string): void {
    this.#area.value = text
    this.#area.setSelectionRange(0, 0)
    this.#area.scrollTo(0, 0)
    this.#onInput()
  }

  /** Shows the problems of the text. */
  showProblems(problems: readonly Diagnostic[]): void {
    this.#problems = problems
    this.#marksOf = this.#lines
    this.#place()
  }

  /** Moves the caret to the next problem, or the one before, and shows what it is. */
  goToNext(direction: 1 | -1): void {
    const mark = nextMark(this.#marks, this.#lines, this.#area.selectionStart, direction)
    if (mark) this.#goTo(mark)
    else this.#options.say('No problems')
  }

  /** Moves the caret to a problem. */
  goTo(problem: Diagnostic): void {
    const mark = this.#marks.find((candidate) => candidate.problem === problem)
    if (mark) this.#goTo(mark)
  }

  #goTo(mark: Mark): void {
    const offset = Math.min(this.#lines.start(mark.line) + mark.from, this.#area.value.length)
    this.#area.focus({ preventScroll: true })
    this.#area.setSelectionRange(offset, offset)
    this.#sheet.reveal(mark)
    this.#showNote(mark)
    const { severity, message, hint = '' } = mark.problem
    this.#options.say(`Line ${mark.line + 1}, ${severity}: ${message}. ${hint}`)
    this.#options.onCaret()
  }

  #listen(): void {
    const area = this.#area
    area.addEventListener('input', () => this.#onInput())
    area.addEventListener('scroll', () => this.#onScroll())
    area.addEventListener('keydown', (event) => this.#onKey(event))
    area.addEventListener('blur', () => this.#note.hide())
    area.addEventListener('pointermove', (event) => this.#onPointer(event))
    area.addEventListener('pointerleave', () => this.#note.hide())
    document.addEventListener('selectionchange', () => this.#onSelection())
  }

  #onInput(): void {
    this.#note.hide()
    this.#read()
    this.#options.onInput()
  }

  #onScroll(): void {
    const { mark } = this.#note
    this.#note.hide()
    this.#sheet.drawNow()
    if (mark && this.#caretIsIn(mark)) this.#showNote(mark)
  }

  #onKey(event: KeyboardEvent): void {
    const plain = !event.ctrlKey && !event.metaKey && !event.altKey
    const leaves = this.#tabLeaves
    this.#tabLeaves = event.key === 'Escape' || (leaves && event.key === 'Shift')
    if (event.key === 'Escape') {
      this.#note.hide()
      this.#options.say('Tab leaves the editor')
    } else if (event.key === 'Tab' && plain && !leaves) {
      event.preventDefault()
      this.#change(event.shiftKey ? outdent : indent)
    } else if (event.key === 'Enter' && plain && !event.shiftKey && !event.isComposing) {
      event.preventDefault()
      this.#change(newLine)
    }
  }

  #change(change: (text: string, from: number, to: number) => Edit): void {
    const { value, selectionStart, selectionEnd } = this.#area
    this.#edit(change(value, selectionStart, selectionEnd))
  }

  #onSelection(): void {
    if (document.activeElement !== this.#area) return
    const { selectionStart, selectionEnd } = this.#area
    const mark = selectionStart === selectionEnd && markAt(this.#marks, this.#lines, selectionStart)
    this.#sheet.draw()
    if (mark && this.#fresh) this.#showNote(mark)
    else this.#note.hide()
    this.#options.onCaret()
  }

  #onPointer({ clientX, clientY }: PointerEvent): void {
    const mark = this.#sheet.markUnder(clientX, clientY)
    if (mark) this.#showNote(mark)
    else if (!this.#caretIsIn(this.#note.mark)) this.#note.hide()
  }

  #caretIsIn(mark: Mark | undefined): boolean {
    return mark !== undefined && markAt(this.#marks, this.#lines, this.#area.selectionStart) === mark
  }

  #showNote(mark: Mark): void {
    const place = this.#sheet.placeOf(mark)
    if (place) this.#note.show(mark, place)
  }

  /**
   * Through the browser's own editing, so that it can be undone. Many lines are beyond that: it takes seconds for a
   * thousand of them.
   */
  #edit({ from, to, text, selectFrom, selectTo }: Edit): void {
    const area = this.#area
    const wanted = area.value.slice(0, from) + text + area.value.slice(to)
    if (wanted !== area.value && scanLines(text).count <= MOST_LINES_EDITED) {
      area.setSelectionRange(from, to)
      document.execCommand(text === '' ? 'delete' : 'insertText', false, text)
    }
    if (wanted !== area.value) {
      area.setRangeText(text, from, to)
      this.#onInput()
    }
    area.setSelectionRange(selectFrom, selectTo)
  }

  /** Whether what is marked is what stands there now, and not what stood there before the last key. */
  get #fresh(): boolean {
    return this.#problems.length > 0 && this.#marksOf === this.#lines
  }

  #read(): void {
    this.#lines = scanLines(this.#area.value)
    this.#place()
  }

  #place(): void {
    this.#marks = placeMarks(this.#problems, this.#lines)
    this.#sheet.draw({ lines: this.#lines, marks: this.#marks })
  }
}

const MOST_LINES_EDITED = 50
