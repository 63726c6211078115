import { type Diagnostic, formatRaw } from '@afloat/report'
import type { Answer } from '../answer.ts'
import { fillProblemList } from './problem-list.ts'
import { Tabs } from './tabs.ts'

/** The right side of the page: what a text becomes, in tabs. */
export class Output {
  readonly #section: HTMLElement
  readonly #tabs: Tabs
  readonly #texts = new Map<string, string>()
  #lint: readonly Diagnostic[] = []

  constructor(section: HTMLElement) {
    this.#section = section
    this.#tabs = new Tabs(section.querySelector('[role=tablist]')!)
  }

  /** What stands in the tab that is chosen, whole. */
  get text(): string {
    const { id } = this.#tabs.panel
    return this.#texts.get(id) ?? this.#lint.map((entry) => formatRaw(entry)).join('')
  }

  show({ result, lint, counts }: Answer, goTo: (problem: Diagnostic) => void): void {
    this.#lint = lint
    this.markOld(result === undefined)
    if (result) {
      this.#showText('panel-explain', result.explanation)
      embolden(this.#part('panel-explain').querySelector('pre')!)
      this.#showText('panel-ignition', result.ignition)
      this.#showText('panel-machineconfig', result.machineConfig ?? '')
      this.#tabs.allow(this.#part('tab-machineconfig'), result.machineConfig !== undefined)
    }
    this.#part('tab-lint').textContent = counts.lint > 0 ? `Lint (${counts.lint})` : 'Lint'
    const list = this.#part('panel-lint').querySelector('ol')!
    if (lint.length > 0) fillProblemList(list, lint, { left: counts.lint - lint.length, goTo })
    else list.replaceChildren(sentence(result ? 'Nothing found' : 'Lint looks at what compiles'))
  }

  /** With errors the last result stays, and is shown to be that. */
  markOld(isOld: boolean): void {
    this.#section.classList.toggle('stale', isOld)
    this.#section.querySelector<HTMLElement>('.old')!.hidden = !isOld || this.#texts.size === 0
  }

  #showText(id: string, text: string): void {
    this.#texts.set(id, text)
    const left = text.length - MOST_SHOWN
    const shown = left > 0 ? `${text.slice(0, MOST_SHOWN)}\n… and ${left} characters more` : text
    this.#part(id).querySelector('pre')!.textContent = shown
  }

  #part(id: string): HTMLElement {
    return this.#section.querySelector<HTMLElement>(`#${id}`)!
  }
}

/** Characters; browsers take seconds to lay out more. "Copy" copies all of them. */
const MOST_SHOWN = 500_000

/** Makes headings of the lines of a tree that begin at its left. */
function embolden(tree: HTMLElement): void {
  const lines = (tree.textContent ?? '').split(/(?<=\n)/)
  tree.replaceChildren(
    ...lines.map((line) => {
      if (/^\s/.test(line)) return line
      const heading = document.createElement('b')
      heading.textContent = line
      return heading
    }),
  )
}

function sentence(text: string): HTMLElement {
  const item = document.createElement('li')
  item.className = 'nothing'
  item.textContent = text
  return item
}
