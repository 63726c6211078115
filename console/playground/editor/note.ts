import { severityOf } from './draw-lines.ts'
import type { Mark } from './mark.ts'

/** The few words that stand below a mark while the caret or the pointer is on it. */
export class Note {
  readonly #element: HTMLElement
  readonly #frame: HTMLElement
  mark: Mark | undefined

  constructor(element: HTMLElement, frame: HTMLElement) {
    this.#element = element
    this.#frame = frame
  }

  /** Shows the problem of a mark below the place it is drawn at; above it, where there is no room below. */
  show(mark: Mark, place: DOMRect): void {
    if (this.mark === mark) return
    this.mark = mark
    const { message, hint } = mark.problem
    const element = this.#element
    element.replaceChildren(paragraph(message), ...(hint === undefined ? [] : [paragraph(hint, 'hint')]))
    element.className = `note ${severityOf(mark)}`
    element.hidden = false
    const frame = this.#frame.getBoundingClientRect()
    const own = element.getBoundingClientRect()
    const left = Math.max(4, Math.min(place.left - frame.left, frame.width - own.width - 4))
    const below = place.bottom - frame.top + 4
    const top = below + own.height > frame.height ? place.top - frame.top - own.height - 4 : below
    element.style.left = `${left}px`
    element.style.top = `${top}px`
  }

  hide(): void {
    this.mark = undefined
    this.#element.hidden = true
  }
}

function paragraph(text: string, className = ''): HTMLElement {
  const element = document.createElement('p')
  element.className = className
  element.textContent = text
  return element
}
