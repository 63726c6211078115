import { drawLine, severityOf } from './draw-lines.ts'
import type { Mark } from './mark.ts'
import type { Lines } from './scan-lines.ts'

/** What is drawn. */
export interface Content {
  readonly lines: Lines
  readonly marks: readonly Mark[]
}

/** What lies below a text area and beside it: its lines in colors, with marks, and their numbers. Only those in view. */
export class Sheet {
  readonly #area: HTMLTextAreaElement
  readonly #rows: HTMLElement
  readonly #numbers: HTMLElement
  #content: Content
  #lineHeight = 1
  #frame: number | undefined

  constructor(frame: HTMLElement, content: Content) {
    this.#area = frame.querySelector('textarea')!
    this.#rows = frame.querySelector('.rows')!
    this.#numbers = frame.querySelector('.numbers')!
    this.#content = content
    new ResizeObserver(() => {
      this.#lineHeight = Number.parseFloat(getComputedStyle(this.#area).lineHeight)
      this.draw()
    }).observe(this.#area)
  }

  /** Draws before the browser shows the next frame, however often it is called until then. */
  draw(content = this.#content): void {
    this.#content = content
    this.#frame ??= requestAnimationFrame(() => this.drawNow())
  }

  drawNow(): void {
    if (this.#frame !== undefined) cancelAnimationFrame(this.#frame)
    this.#frame = undefined
    const { lines } = this.#content
    const { scrollTop, scrollLeft, clientHeight } = this.#area
    const first = Math.max(0, Math.floor(scrollTop / this.#lineHeight) - 2)
    const last = Math.min(lines.count, Math.ceil((scrollTop + clientHeight) / this.#lineHeight) + 2)
    this.#drawRows(first, last)
    const top = first * this.#lineHeight - scrollTop
    this.#rows.style.transform = `translate(${-scrollLeft}px, ${top}px)`
    this.#numbers.style.transform = `translateY(${top}px)`
    this.#numbers.style.minWidth = `${String(lines.count).length}ch`
    // Text of such length is left to the text area alone.
    const isPlain = lines.longest > LONGEST_DRAWN
    for (const element of [this.#area, this.#rows]) element.classList.toggle('plain', isPlain)
  }

  #drawRows(first: number, last: number): void {
    const { lines, marks } = this.#content
    const caret = lines.lineOf(this.#area.selectionStart)
    const rows: HTMLElement[] = []
    const numbers: HTMLElement[] = []
    for (let line = first; line < last; line++) {
      const own = marks.filter((mark) => mark.line === line)
      const text = lines.text(line)
      const row = drawLine(text.length > LONGEST_DRAWN ? '' : text, lines.isLiteral(line), own)
      row.dataset['line'] = String(line)
      const number = document.createElement('div')
      number.textContent = String(line + 1)
      number.className = own[0] === undefined ? '' : severityOf(own[0])
      for (const element of [row, number]) element.classList.toggle('current', line === caret)
      rows.push(row)
      numbers.push(number)
    }
    this.#rows.replaceChildren(...rows)
    this.#numbers.replaceChildren(...numbers)
  }

  /** Where a mark is drawn; undefined out of view. */
  placeOf({ line, from }: Mark): DOMRect | undefined {
    return this.#rows.querySelector(`[data-line="${line}"] [data-column="${from}"]`)?.getBoundingClientRect()
  }

  /** The mark that is drawn at a point. */
  markUnder(x: number, y: number): Mark | undefined {
    const span = [...this.#rows.querySelectorAll<HTMLElement>('.mark')].find((element) => {
      const { left, right, top, bottom } = element.getBoundingClientRect()
      return left <= x && x <= right && top <= y && y <= bottom
    })
    const line = span?.closest<HTMLElement>('.row')?.dataset['line']
    return this.#content.marks.find(
      (mark) => String(mark.line) === line && String(mark.from) === span?.dataset['column'],
    )
  }

  /** Scrolls so that a mark stands in the middle, where it is out of view, and draws. */
  reveal({ line, from, to }: Mark): void {
    const area = this.#area
    const top = line * this.#lineHeight
    if (top < area.scrollTop || top + 2 * this.#lineHeight > area.scrollTop + area.clientHeight)
      area.scrollTop = top - area.clientHeight / 2
    const text = this.#content.lines.text(line)
    const left = measure(text.slice(0, from), area)
    const right = measure(text.slice(0, to), area) + 4 * this.#lineHeight
    if (left < area.scrollLeft || right > area.scrollLeft + area.clientWidth)
      area.scrollLeft = right > area.clientWidth ? left - 4 * this.#lineHeight : 0
    this.drawNow()
  }
}

/** Longer lines are data; drawing them twice would be felt. */
const LONGEST_DRAWN = 5000

const canvas = document.createElement('canvas').getContext('2d')!

/** Width in pixels of a text in the font of an element. */
function measure(text: string, element: HTMLElement): number {
  canvas.font = getComputedStyle(element).font
  return canvas.measureText(text).width
}
