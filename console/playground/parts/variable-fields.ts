/** Fields for the values of the variables that a text declares. A value stays while its variable is gone for a moment. */
export class VariableFields {
  readonly #panel: HTMLDetailsElement
  readonly #values: Record<string, string> = Object.create(null)
  readonly #onInput: () => void
  #names: readonly string[] = []

  constructor(panel: HTMLDetailsElement, onInput: () => void) {
    this.#panel = panel
    this.#onInput = onInput
  }

  get values(): Readonly<Record<string, string>> {
    return { ...this.#values }
  }

  show(names: readonly string[]): void {
    if (names.join('\n') === this.#names.join('\n')) return
    this.#panel.hidden = names.length === 0
    if (this.#names.length === 0) this.#panel.open = true
    this.#names = names
    this.#panel
      .querySelector('.fields')!
      .replaceChildren(...names.slice(0, MOST_FIELDS).map((name) => this.#field(name)))
  }

  #field(name: string): HTMLElement {
    const label = document.createElement('label')
    const field = document.createElement('textarea')
    field.rows = 1
    field.spellcheck = false
    field.placeholder = 'default'
    field.value = this.#values[name] ?? ''
    field.addEventListener('input', () => {
      this.#values[name] = field.value
      field.rows = Math.min(5, field.value.split('\n').length)
      this.#onInput()
    })
    label.append(name, field)
    return label
  }
}

/** Of a text that declares more, the others keep their defaults. */
const MOST_FIELDS = 100
