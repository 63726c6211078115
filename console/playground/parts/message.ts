/** The line below the header that says what has happened, until it is closed or something else has. */
export class Message {
  readonly #element: HTMLElement
  readonly #text: HTMLElement
  readonly #action: HTMLButtonElement
  #act: (() => void) | undefined

  constructor(element: HTMLElement) {
    this.#element = element
    this.#text = element.querySelector('span')!
    this.#action = element.querySelector('.action')!
    this.#action.addEventListener('click', () => {
      this.hide()
      this.#act?.()
    })
    element.querySelector('.close')!.addEventListener('click', () => this.hide())
  }

  /** `action` is what a person may do about it: a button with that name. */
  show(text: string, kind: 'info' | 'problem', action?: { readonly name: string; run(): void }): void {
    this.#element.className = kind
    this.#element.hidden = false
    this.#text.textContent = text
    this.#action.hidden = action === undefined
    this.#action.textContent = action?.name ?? ''
    this.#act = action?.run
  }

  hide(): void {
    this.#element.hidden = true
  }
}
