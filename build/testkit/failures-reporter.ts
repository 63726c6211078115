import { relative, resolve } from 'node:path'
import type { TestEvent } from 'node:test/reporters'
import { inspect } from 'node:util'

/** Reporter for `node --test` that is silent about what passes, for stages of hundreds of tests. */
export default async function* failuresReporter(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  const printed = new Map<string, string>()
  for await (const { type, data } of events) {
    if (type === 'test:stderr' || type === 'test:stdout') {
      const file = resolve(data.file ?? '')
      printed.set(file, (printed.get(file) ?? '') + data.message)
    }
    if (type === 'test:interrupted') {
      yield `Interrupted while running ${data.tests.map((test) => test.name).join(', ')}\n`
    }
    if (type !== 'test:fail') continue
    const error = data.details.error as Error & { failureType?: string }
    if (error.failureType === 'subtestsFailed') continue
    const file = resolve(data.file ?? '')
    yield `✖ ${relative(process.cwd(), file)}:${data.line ?? 0} ${data.name}\n`
    yield `${inspect(error.cause ?? error).replaceAll(/^/gm, '    ')}\n`
    yield (printed.get(file) ?? '').replaceAll(/^(?=.)/gm, '    | ')
    printed.delete(file)
  }
}
