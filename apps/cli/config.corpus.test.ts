import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { repoDir } from '@afloat/build/paths'
import { decodeDataUrl } from '@afloat/ignition'
import { runCompile } from './config.ts'

// Origin of the cases and what is compared: packages/butane/corpus/README.md
const corpus = join(repoDir, 'packages/butane/corpus')

interface RecordedCase {
  readonly name: string
  readonly args: readonly string[]
  readonly exit: number
  readonly exit_strict: number
  readonly final_line?: string
  readonly error_class?: string
  readonly report: readonly { kind: string; path: string; line: number; col: number }[]
}

const { cases } = JSON.parse(readFileSync(join(corpus, 'manifest.json'), 'utf8')) as { cases: RecordedCase[] }

for (const recorded of cases)
  test(`config compile agrees with the reference on ${recorded.name}`, () => {
    const normal = run(recorded)
    assert.equal(normal.exit, recorded.exit)
    assert.equal(run(recorded, { strict: true }).exit, recorded.exit_strict)

    if (recorded.exit === 0) {
      const expected = readFileSync(join(corpus, recorded.name, 'expected.json'), 'utf8')
      assert.deepEqual(meaning(JSON.parse(normal.out)), meaning(JSON.parse(expected)))
    } else {
      assert.equal(normal.out, '')
    }
    const lastLine = normal.err.trimEnd().split('\n').at(-1)
    if (recorded.error_class === 'yaml' || recorded.name.startsWith('cli-missing')) assert.ok(lastLine)
    else {
      assert.deepEqual(places(normal.err).toSorted(), recorded.report.map(place).toSorted())
      if (recorded.final_line) assert.equal(lastLine, recorded.final_line)
    }
  })

function run({ name, args }: RecordedCase, options: { strict?: boolean } = {}) {
  const dir = join(corpus, name)
  const at = args.indexOf('--files-dir')
  let out = ''
  let err = ''
  const exit = runCompile(
    join(dir, args.at(-1)!),
    { ...options, rawErrors: true, ...(at < 0 ? {} : { filesDir: join(dir, args[at + 1]!) }) },
    { out: (text) => (out += text), err: (text) => (err += text) },
  )
  return { exit, out, err }
}

/** The entries of a report without their messages. Header errors have no entries in the reference. */
function places(err: string): string[] {
  const lines = err.split('\n').flatMap((line) => /^(\w+) at (\S+), line (\d+) col (\d+): /.exec(line) ?? [])
  const found: string[] = []
  for (let index = 0; index < lines.length; index += 5)
    found.push(lines.slice(index + 1, index + 5).join(' '))
  return found.filter((entry) => !/^error \$\.(variant|version) /.test(entry))
}

function place({ kind, path, line, col }: RecordedCase['report'][number]): string {
  return `${kind} ${path} ${line} ${col}`
}

/** The value with data URLs decoded and unpacked. */
function meaning(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(meaning)
  if (typeof value !== 'object' || value === null) return value
  const { source, compression, ...rest } = value as Record<string, unknown>
  const fields = Object.fromEntries(Object.entries(rest).map(([key, field]) => [key, meaning(field)]))
  if (typeof source !== 'string' || !source.startsWith('data:')) return { ...fields, source, compression }
  return { ...fields, data: Buffer.from(unpack(decodeDataUrl(source), compression)).toString('base64') }
}

function unpack(bytes: Uint8Array, compression: unknown): Uint8Array {
  const isGzip = compression === 'gzip' && bytes[0] === 0x1f && bytes[1] === 0x8b
  return isGzip ? gunzipSync(bytes) : bytes
}
