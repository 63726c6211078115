import type { Answer } from './answer.ts'
import { Compiler, type CompilerOptions, type CompileWorker, type Trouble } from './compile/compiler.ts'
import { Editor } from './editor/editor.ts'
import { examples } from './examples.ts'
import { Message } from './parts/message.ts'
import { Output } from './parts/output.ts'
import { fillProblemList, markCurrent } from './parts/problem-list.ts'
import { VariableFields } from './parts/variable-fields.ts'
import { keepDraft, readDraft } from './share/draft.ts'
import { formatFragment, parseFragment } from './share/fragment.ts'

/** So long after the last key the text is compiled. */
const RESTING_MS = 150

const part = <T extends HTMLElement>(id: string) => document.getElementById(id) as T
const problems = part('problems')
const status = part('status')
const message = new Message(part('message'))
const output = new Output(document.querySelector('.output')!)
const fields = new VariableFields(part<HTMLDetailsElement>('variables'), onInput)
const editor = new Editor(part('editor'), { onInput, onCaret, say })
const deadlineMs = Number(document.documentElement.dataset['deadlineMs'])
const compiler = new Compiler({ start: startWorker, after, deadlineMs, onAnswer, onTrouble })
let resting: number | undefined

listen()
void open()

/** Shows what was written in this tab before, what the link holds, or the first example. */
async function open(): Promise<void> {
  const draft = readDraft()
  editor.open(draft ?? (await readLink()) ?? examples[0]!.text)
}

/** The text of the link; undefined without one, and after saying why it cannot be read. */
async function readLink(): Promise<string | undefined> {
  const shared = await parseFragment(location.hash)
  if (shared === undefined) return undefined
  if ('text' in shared) return shared.text
  message.show(shared.problem, 'problem')
  return undefined
}

/** A link was put into the address bar while the page was open. */
async function follow(): Promise<void> {
  message.hide()
  const text = await readLink()
  if (text !== undefined) replaceText(text, 'This is the text of the link')
}

/** Shows another text, and offers the one that was there to a person who has written in it. */
function replaceText(text: string, what: string): void {
  const before = editor.text
  const isOwn = before.trim() !== '' && !examples.some((example) => example.text === before)
  if (isOwn) message.show(what, 'info', { name: 'Bring back my text', run: () => editor.open(before) })
  else message.hide()
  editor.open(text)
}

function onInput(): void {
  clearTimeout(resting)
  resting = setTimeout(() => {
    resting = undefined
    keepDraft(editor.text)
    document.body.classList.add('busy')
    compiler.ask({ text: editor.text, values: fields.values })
  }, RESTING_MS)
}

function onCaret(): void {
  markCurrent(problems, editor.caretLine)
}

function onAnswer(answer: Answer): void {
  if (resting !== undefined) return // The text is being changed: what is found in that one is shown.
  document.body.classList.remove('busy')
  const { counts } = answer
  fields.show(answer.variables)
  const left = counts.errors + counts.warnings - answer.problems.length
  showProblems(answer.problems, answer.lint, left)
  output.show(answer, (problem) => editor.goTo(problem))
  showStatus(counts)
}

/** In the text, and those of the compiler below it; `left` more are not shown. */
function showProblems(found: Answer['problems'], lint: Answer['lint'], left: number): void {
  editor.showProblems([...found, ...lint])
  fillProblemList(problems, found, { left, goTo: (problem) => editor.goTo(problem) })
  problems.hidden = found.length === 0
  onCaret()
}

function showStatus({ errors, warnings, lint }: Answer['counts']): void {
  const found = [count(errors, 'error'), count(warnings, 'warning')].filter((text) => text !== '')
  const text = found.length > 0 ? found.join(', ') : lint > 0 ? `Compiles, ${lint} from lint` : 'Compiles'
  // Said again only when it has changed.
  if (status.textContent !== text) status.textContent = text
  status.className = errors > 0 ? 'error' : warnings > 0 ? 'warning' : 'fine'
}

function count(number: number, what: string): string {
  return number === 0 ? '' : `${number} ${what}${number === 1 ? '' : 's'}`
}

function onTrouble(trouble: Trouble): void {
  document.body.classList.remove('busy')
  showProblems([], [], 0)
  output.markOld(true)
  status.className = 'error'
  status.textContent =
    trouble.kind === 'slow'
      ? `Stopped: compiling took longer than ${deadlineMs / 1000} s. It starts again when the text changes`
      : `The compiler failed: ${trouble.message}`
}

function startWorker(on: Parameters<CompilerOptions['start']>[0]): CompileWorker {
  const program = new Blob([part('compiler').textContent ?? ''], { type: 'text/javascript' })
  const address = URL.createObjectURL(program)
  const worker = new Worker(address)
  URL.revokeObjectURL(address)
  worker.onmessage = ({ data }: MessageEvent<Answer>) => on.answer(data)
  worker.onerror = (event) => {
    event.preventDefault()
    on.failure(event.message)
  }
  return { ask: (question) => worker.postMessage(question), end: () => worker.terminate() }
}

function after(delayMs: number, then: () => void): () => void {
  const timer = setTimeout(then, delayMs)
  return () => clearTimeout(timer)
}

function say(text: string): void {
  part('spoken').textContent = text
}

function listen(): void {
  const chooser = part<HTMLSelectElement>('examples')
  chooser.append(
    new Option('Examples', ''),
    ...examples.map(({ name }, index) => new Option(name, String(index))),
  )
  chooser.addEventListener('change', () => {
    const example = examples[Number(chooser.value)]
    if (chooser.value === '' || !example) return
    replaceText(example.text, `This is the example "${example.name}"`)
    chooser.value = ''
  })
  part('share').addEventListener('click', share)
  part('copy').addEventListener('click', () => copy(output.text, 'Copied'))
  document.addEventListener('keydown', (event) => {
    if (event.key !== 'F8' || event.ctrlKey || event.altKey || event.metaKey) return
    event.preventDefault()
    editor.goToNext(event.shiftKey ? -1 : 1)
  })
  window.addEventListener('hashchange', follow)
}

async function share(): Promise<void> {
  const fragment = await formatFragment(editor.text)
  if (typeof fragment !== 'string') return message.show(fragment.problem, 'problem')
  history.replaceState(null, '', fragment)
  keepDraft(editor.text)
  const size = fragment.length > LONG_LINK ? ' It is long: some programs cut such links.' : ''
  const values = document.querySelector('#variables:not([hidden])')
    ? ' Values of variables are not in it.'
    : ''
  await copy(location.href, `Link copied. The text is in the link itself.${values}${size}`)
}

/** Characters that every program which handles links takes. */
const LONG_LINK = 8000

async function copy(text: string, done: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text)
    message.show(done, 'info')
  } catch {
    message.show(
      'The browser does not let this page copy: select the text, or use the address bar',
      'problem',
    )
  }
}
