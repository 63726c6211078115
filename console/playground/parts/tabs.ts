/** Tabs as the ARIA practices describe them: one is in the order of Tab, arrow keys choose among them. */
export class Tabs {
  readonly #tabs: readonly HTMLElement[]

  constructor(list: HTMLElement) {
    this.#tabs = [...list.querySelectorAll<HTMLElement>('[role=tab]')]
    for (const tab of this.#tabs) {
      tab.addEventListener('click', () => this.#choose(tab))
      panelOf(tab).tabIndex = 0 // to be scrolled with keys
    }
    list.addEventListener('keydown', (event) => this.#onKey(event))
    this.#choose(this.#tabs[0]!)
  }

  /** The panel that is shown. */
  get panel(): HTMLElement {
    return panelOf(this.#tabs.find((tab) => tab.ariaSelected === 'true')!)
  }

  /** Shows or hides a tab; if it was chosen, the first one is instead. */
  allow(tab: HTMLElement, isAllowed: boolean): void {
    tab.hidden = !isAllowed
    if (!isAllowed && tab.ariaSelected === 'true') this.#choose(this.#tabs[0]!)
  }

  #choose(chosen: HTMLElement): void {
    for (const tab of this.#tabs) {
      const isChosen = tab === chosen
      tab.ariaSelected = String(isChosen)
      tab.tabIndex = isChosen ? 0 : -1
      panelOf(tab).hidden = !isChosen
    }
  }

  #onKey(event: KeyboardEvent): void {
    const shown = this.#tabs.filter((tab) => !tab.hidden)
    const at = shown.indexOf(document.activeElement as HTMLElement)
    const to = targets[event.key]?.(at, shown.length)
    if (at < 0 || to === undefined) return
    event.preventDefault()
    const tab = shown.at(to % shown.length)!
    this.#choose(tab)
    tab.focus()
  }
}

const targets: Readonly<Record<string, ((at: number, count: number) => number) | undefined>> = {
  ArrowRight: (at) => at + 1,
  ArrowLeft: (at) => at - 1,
  Home: () => 0,
  End: (_, count) => count - 1,
}

function panelOf(tab: HTMLElement): HTMLElement {
  return document.getElementById(tab.getAttribute('aria-controls')!)!
}
