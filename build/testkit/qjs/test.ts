// Stands in for node:test when tests run on QuickJS: tests one after the other, results as TAP.
import { AssertionError } from './assert.ts'

type Options = { skip?: boolean | string; todo?: boolean | string; timeout?: number }
type Hook = () => unknown
type Body = (t: Context) => unknown
type Rest = [body?: Body] | [options: Options, body?: Body]
type Group = {
  names: readonly string[]
  parent: Group | undefined
  options: Options
  hooks: { before: Hook[]; after: Hook[]; beforeEach: Hook[]; afterEach: Hook[] }
  run: (() => Promise<unknown>)[]
}

let current = group('', undefined, {})
let count = 0
let failures = 0

/** Runs the tests that `load` registers. A file that throws while it is loaded is a failed test. */
export async function testFile(path: string, load: () => Promise<unknown>): Promise<void> {
  const file = group(path, undefined, {})
  current = file
  try {
    await load()
  } catch (error) {
    report('not ok', file.names, error)
    return
  }
  if (file.run.length > 0) await runGroup(file)
  else report('not ok', file.names, new AssertionError('File holds no test'))
}

/** Prints the plan, which is what tells a reader that the tests came to their end, and returns the exit code. */
export function finish(): number {
  console.log(`1..${count}`)
  return failures === 0 ? 0 : 1
}

export function test(name: string, ...rest: Rest): Promise<void> {
  const { options, body } = read(rest)
  const home = current
  home.run.push(() => runTest(home, name, options, body))
  return Promise.resolve()
}

export function describe(name: string, ...rest: Rest): Promise<void> {
  const { options, body } = read(rest)
  const outer = current
  const inner = group(name, outer, { ...outer.options, ...options })
  outer.run.push(() => runGroup(inner))
  current = inner
  try {
    body?.({} as Context)
  } finally {
    current = outer
  }
  return Promise.resolve()
}

test.skip = (name: string, ..._rest: Rest) => test(name, { skip: true })
test.todo = (name: string, ..._rest: Rest) => test(name, { todo: true })
describe.skip = (name: string, ...rest: Rest) => describe(name, { skip: true }, read(rest).body ?? (() => {}))
describe.todo = (name: string, ...rest: Rest) => describe(name, { todo: true }, read(rest).body ?? (() => {}))

export const before = (hook: Hook): void => void current.hooks.before.push(hook)
export const after = (hook: Hook): void => void current.hooks.after.push(hook)
export const beforeEach = (hook: Hook): void => void current.hooks.beforeEach.push(hook)
export const afterEach = (hook: Hook): void => void current.hooks.afterEach.push(hook)

export { describe as suite, test as it }
export default Object.assign(test, {
  test,
  it: test,
  describe,
  suite: describe,
  before,
  after,
  beforeEach,
  afterEach,
})

function group(name: string, parent: Group | undefined, options: Options): Group {
  const hooks = { before: [], after: [], beforeEach: [], afterEach: [] }
  return { names: [...(parent?.names ?? []), name], parent, options, hooks, run: [] }
}

function read(rest: Rest): { options: Options; body: Body | undefined } {
  const [first, second] = rest
  return typeof first === 'function' ? { options: {}, body: first } : { options: first ?? {}, body: second }
}

async function runGroup(of: Group): Promise<void> {
  try {
    for (const hook of of.hooks.before) await hook()
    for (const run of of.run) await run()
    for (const hook of of.hooks.after) await hook()
  } catch (error) {
    report('not ok', [...of.names, '(hook)'], error)
  }
}

/** What a test body gets. Subtests run in turn, also when the body does not wait for them. */
type Context = ReturnType<typeof context>

function context(home: Group) {
  let queue: Promise<boolean> = Promise.resolve(true)
  let skipped: string | undefined
  return {
    name: home.names.at(-1)!,
    test(name: string, ...rest: Rest): Promise<boolean> {
      const { options, body } = read(rest)
      queue = queue.then(async (good) => (await runTest(home, name, options, body)) && good)
      return queue
    },
    skip(reason = ''): void {
      skipped = reason
    },
    skipped: () => skipped,
    diagnostic: (text: string) => console.log(`# ${text}`),
    settled: () => queue,
    after: (hook: Hook) => void home.hooks.after.push(hook),
    beforeEach: (hook: Hook) => void home.hooks.beforeEach.push(hook),
    afterEach: (hook: Hook) => void home.hooks.afterEach.push(hook),
  }
}

/** Returns whether the test did not fail. */
async function runTest(home: Group, name: string, own: Options, body: Body | undefined): Promise<boolean> {
  const options = { ...home.options, ...own }
  const inner = group(name, home, {})
  const { names } = inner
  if (options.skip !== undefined && options.skip !== false)
    return report('ok', names, undefined, 'SKIP', options.skip)
  if ((options.todo !== undefined && options.todo !== false) || body === undefined) {
    return report('ok', names, undefined, 'TODO', options.todo ?? '')
  }
  const t = context(inner)
  const errors: unknown[] = []
  const attempt = async (step: () => unknown): Promise<void> => {
    try {
      await step()
    } catch (error) {
      errors.push(error)
    }
  }
  await attempt(async () => {
    for (const of of lineage(home).reverse()) for (const hook of of.hooks.beforeEach) await hook()
    await inTime(options.timeout ?? 60_000, body(t))
  })
  if (!(await t.settled())) errors.push(new AssertionError('A subtest failed'))
  const last = lineage(home).flatMap((of) => of.hooks.afterEach)
  for (const hook of [...last, ...inner.hooks.after]) await attempt(hook)
  if (errors.length > 0) return report('not ok', names, errors[0])
  return t.skipped() === undefined ? report('ok', names) : report('ok', names, undefined, 'SKIP', t.skipped())
}

/** Without this a promise that never settles would keep qjs waiting for ever. */
async function inTime(timeoutMs: number, work: unknown): Promise<void> {
  if (!(work instanceof Promise)) return
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new AssertionError(`Not done after ${timeoutMs} ms`)), timeoutMs)
  })
  try {
    await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}

/** A group and those around it, innermost first. */
function lineage(home: Group | undefined): Group[] {
  return home === undefined ? [] : [home, ...lineage(home.parent)]
}

function report(
  verdict: 'ok' | 'not ok',
  names: readonly string[],
  error?: unknown,
  directive?: string,
  reason?: unknown,
): boolean {
  const note =
    directive === undefined ? '' : ` # ${directive}${typeof reason === 'string' ? ` ${reason}` : ''}`
  console.log(`${verdict} ${++count} - ${names.join(' > ').replaceAll(/[\n#]/g, ' ')}${note}`)
  if (verdict === 'ok') return true
  failures++
  const text =
    error instanceof Error ? `${error.name}: ${error.message}\n${error.stack ?? ''}` : String(error)
  console.log(text.trimEnd().replace(/^/gm, '    '))
  return false
}
