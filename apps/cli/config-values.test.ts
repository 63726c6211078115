import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import type { GivenValues } from '@afloat/butane'
import { collectValues } from './config-values.ts'

const dir = mkdtempSync(join(tmpdir(), 'afloat-values-'))
after(() => rmSync(dir, { recursive: true }))

function file(text: string): string {
  const path = join(dir, 'values.yaml')
  writeFileSync(path, text)
  return path
}

const valuesOf = (given: GivenValues) =>
  Object.fromEntries([...given].map(([name, { value, from }]) => [name, [value, from]]))

test('collectValues() takes files, then the environment, then the command line', () => {
  const path = file('a: 1\nb: [x, y]\nc: z\n')
  const env = { AFLOAT_VAR_B: 'env', AFLOAT_VAR_C: 'env', AFLOAT_VAR_D: 'not declared' }
  const given = collectValues({ values: [path], set: ['c=a=b'] }, env)(['a', 'b', 'c'])
  assert.deepEqual(valuesOf(given), {
    a: ['1', `"${path}"`],
    b: ['env', 'AFLOAT_VAR_B'],
    c: ['a=b', '--set'],
  })
})

test('collectValues() says what is wrong and where, and shows no value', () => {
  assert.throws(() => collectValues({ set: ['host'] }, {}), { code: 'config/bad-set' })
  for (const text of ['- secret\n', 'a: { b: secret }\n', 'a: [[secret]]\n', 'a: [secret\n']) {
    const path = file(text)
    assert.throws(
      () => collectValues({ values: [path] }, {}),
      (error: Error & { code: string }) =>
        error.code === 'config/bad-values' &&
        /values\.yaml:\d+:\d+: /.test(error.message) &&
        !/secret/.test(error.message),
    )
  }
  assert.throws(() => collectValues({ values: [join(dir, 'none')] }, {}), { code: 'config/unreadable' })
  assert.equal(collectValues({ values: [file('')] }, {})([]).size, 0)
})
