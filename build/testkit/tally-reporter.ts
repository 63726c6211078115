import { basename } from 'node:path'
import type { TestEvent } from 'node:test/reporters'
import { add, nothing, type Tally } from './tally.ts'

/**
 * Reporter for `node --test` that writes the tally of the whole run as one JSON object, at its end.
 * A file that registers no test counts as failed: Node itself would let it pass.
 */
export default async function* tallyReporter(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  let tally: Tally = nothing
  const empty: string[] = []
  for await (const { type, data } of events) {
    if (type === 'test:pass' && isFile(data)) empty.push(data.name)
    if (type !== 'test:summary' || data.file !== undefined) continue
    const { passed, failed, cancelled, skipped, todo } = data.counts as Counts
    tally = { passed, failed: failed + cancelled, skipped: skipped + todo }
  }
  tally = add(tally, { passed: -empty.length, failed: empty.length, skipped: 0 })
  yield JSON.stringify({ tally, empty })
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
