import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { repoDir } from '@afloat/build/paths'
import { decodeDataUrl } from '@afloat/ignition'
import { runButane } from './butane.ts'

// Origin of the cases and what is compared: packages/butane/corpus/README.md
const corpus = join(repoDir, 'packages/butane/corpus')

interface RecordedCase {
  readonly name: string
  readonly args: readonly string[]
  readonly exit: number
  readonly exit_strict: number
  readonly report_order_varies?: boolean
  /** With `--raw-errors`. */
  readonly stderr_raw: string
}

const { cases } = JSON.parse(readFileSync(join(corpus, 'manifest.json'), 'utf8')) as { cases: RecordedCase[] }

/** Where our report is not the recorded one, and why that is right. All other cases are equal to the byte. */
const DIFFERENT: Record<string, string> = {
  'yaml-tab-indent': 'the words of another YAML library; ours have a column, the line and a hint',
  'yaml-type-list-for-map': 'names a type of the reference program; ours says what to write, and where',
}

const before = process.cwd()
after(() => process.chdir(before))

for (const recorded of cases)
  test(`butane agrees with the reference on ${recorded.name}`, () => {
    const { name } = recorded
    const normal = run(recorded)
    assert.equal(normal.exit, recorded.exit)
    assert.equal(run(recorded, '--strict').exit, recorded.exit_strict)
    if (recorded.exit === 0) {
      const expected = readFileSync(join(corpus, name, 'expected.json'), 'utf8')
      assert.deepEqual(meaning(JSON.parse(normal.out)), meaning(JSON.parse(expected)))
    } else {
      assert.equal(normal.out, '')
    }

    const raw = run(recorded, '--raw-errors').err
    const file = join(corpus, name, 'expected.err')
    const pretty = existsSync(file) ? readFileSync(file, 'utf8') : ''
    if (name in DIFFERENT) {
      assert.match(raw, /^error /)
      assert.notEqual(raw, recorded.stderr_raw)
    } else if (recorded.report_order_varies) {
      assert.deepEqual(raw.split('\n').toSorted(), recorded.stderr_raw.split('\n').toSorted())
      assert.deepEqual(blocks(normal.err), blocks(pretty))
    } else {
      assert.equal(raw, recorded.stderr_raw)
      assert.equal(normal.err, pretty)
    }
  })

test('reports differ from the reference in at most one of twenty cases', () => {
  const names = cases.map(({ name }) => name)
  assert.ok(Object.keys(DIFFERENT).every((name) => names.includes(name)))
  assert.ok(Object.keys(DIFFERENT).length <= cases.length / 20)
})

function run({ name, args }: RecordedCase, ...more: string[]) {
  process.chdir(existsSync(join(corpus, name)) ? join(corpus, name) : corpus)
  let out = ''
  let err = ''
  const exit = runButane(['--color=never', ...more, ...args], {
    out: (text) => (out += text),
    err: (text) => (err += text),
  })
  return { exit, out, err }
}

function blocks(report: string): string[] {
  return report.trim().split('\n\n').toSorted()
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
