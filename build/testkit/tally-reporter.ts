import { EventEmitter } from 'node:events'
import { basename, relative, resolve } from 'node:path'
import type { TestEvent } from 'node:test/reporters'
import { add, nothing, type Tally } from './tally.ts'

// Node warns of a leak when three reporters listen to its one stream of events.
EventEmitter.defaultMaxListeners = 30

/** What the reporter writes: the tally of a run, the files that hold no test, and how long each file took. */
export type TestReport = {
  readonly tally: Tally
  readonly empty: readonly string[]
  readonly files: readonly { readonly file: string; readonly seconds: number }[]
}

/**
 * Reporter for `node --test` that writes a `TestReport` as JSON, at the end of the run.
 * A file that registers no test counts as failed: Node itself would let it pass.
 */
export default async function* tallyReporter(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  let tally: Tally = nothing
  const empty: string[] = []
  const failures: string[] = []
  const files: { file: string; seconds: number }[] = []
  for await (const { type, data } of events) {
    if (type === 'test:pass' && isFile(data)) empty.push(data.name)
    if (type === 'test:fail') failures.push(...describeFailure(data))
    if (type !== 'test:summary') continue
    if (data.file !== undefined) {
      files.push({ file: fromHere(data.file), seconds: data.duration_ms / 1000 })
      continue
    }
    const { passed, failed, cancelled, skipped, todo } = data.counts as Counts
    tally = { passed, failed: failed + cancelled, skipped: skipped + todo }
  }
  tally = add(tally, { passed: -empty.length, failed: empty.length, skipped: 0 })
  if (failures.length > 0) tally = { ...tally, failures }
  yield JSON.stringify({ tally, empty, files } satisfies TestReport)
}

type Failed = Extract<TestEvent, { type: 'test:fail' }>['data']

/** Place, name and the first lines of the message of a test that failed; nothing for one that only holds such a test. */
function describeFailure({ name, file, line, details }: Failed): string[] {
  const error = details.error as Error & { failureType?: string }
  if (error.failureType === 'subtestsFailed') return []
  const cause: unknown = error.cause ?? error
  const message = cause instanceof Error ? cause.message : String(cause)
  const told = message.split('\n').filter((text) => text.trim() !== '')
  return [[`${fromHere(file ?? '')}:${line ?? 0} ${name}`, ...told.slice(0, 4)].join('\n    ').slice(0, 1000)]
}

function fromHere(file: string): string {
  return relative(process.cwd(), resolve(file))
}

// The type declarations of Node 24 leave out `failed`.
type Counts = Extract<TestEvent, { type: 'test:summary' }>['data']['counts'] & { failed: number }

/** Node reports a file as a test of its own only if it holds none, or broke outside of its tests. */
function isFile(data: { name: string; nesting: number; file?: string | undefined }): boolean {
  return (
    data.nesting === 0 &&
    data.file !== undefined &&
    data.file.endsWith(data.name) &&
    /\.ts$/.test(basename(data.name))
  )
}
