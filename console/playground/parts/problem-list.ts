import type { Diagnostic } from '@afloat/report'

/**
 * Fills a list with problems, each a button that goes to its place. `left` says how many more there are.
 */
export function fillProblemList(
  list: HTMLElement,
  problems: readonly Diagnostic[],
  options: { readonly left: number; goTo(problem: Diagnostic): void },
): void {
  const items = problems.map((problem) => {
    const item = document.createElement('li')
    item.className = problem.severity
    item.dataset['line'] = String(problem.line)
    item.append(button(problem, options.goTo))
    return item
  })
  if (options.left > 0) items.push(moreItem(options.left))
  list.replaceChildren(...items)
}

/** Marks the problems of a line, and brings the first of them into view. */
export function markCurrent(list: HTMLElement, line: number): void {
  let seen = false
  for (const item of list.querySelectorAll<HTMLElement>('li')) {
    const isCurrent = item.dataset['line'] === String(line)
    item.classList.toggle('current', isCurrent)
    if (isCurrent && !seen) scrollWithin(list, item)
    seen ||= isCurrent
  }
}

/** Scrolls the list alone; `scrollIntoView` would move the page too. */
function scrollWithin(list: HTMLElement, item: HTMLElement): void {
  const top = item.offsetTop - list.offsetTop
  if (top < list.scrollTop || top + item.offsetHeight > list.scrollTop + list.clientHeight)
    list.scrollTop = top
}

function button(problem: Diagnostic, goTo: (problem: Diagnostic) => void): HTMLElement {
  const { line, column, severity, message, hint, code } = problem
  const element = document.createElement('button')
  element.type = 'button'
  element.append(
    part('place', line > 0 ? `${line}:${column}` : '–'),
    part('severity', severity),
    part('message', message),
    ...(hint === undefined ? [] : [part('hint', hint)]),
    part('code', code),
  )
  element.disabled = line === 0
  element.addEventListener('click', () => goTo(problem))
  return element
}

/** A space goes last: the parts are read out as one sentence. */
function part(name: string, text: string): HTMLElement {
  const element = document.createElement('span')
  element.className = name
  element.textContent = `${text} `
  return element
}

function moreItem(count: number): HTMLLIElement {
  const item = document.createElement('li')
  item.className = 'more'
  item.textContent = `and ${count} more`
  return item
}
