import node from 'node:assert/strict'
import { test } from 'node:test'
import shim, * as named from './assert.ts'

type Assert = typeof node

const codeError = Object.assign(new Error('message'), { code: 'room/what' })
const fails = (error: unknown) => () => {
  throw error
}

/** Uses of assert. Each passes or throws on Node, and the shim has to do the same. */
const uses: readonly ((assert: Assert) => unknown)[] = [
  (assert) => assert(1),
  (assert) => assert(0),
  (assert) => assert.ok(''),
  (assert) => assert.equal(Number.NaN, Number.NaN),
  (assert) => assert.equal(0, -0),
  (assert) => assert.equal(1, '1'),
  (assert) => assert.strictEqual('a', 'a'),
  (assert) => assert.notEqual(1, 1),
  (assert) => assert.notStrictEqual(1, '1'),
  (assert) => assert.deepEqual({ a: [1] }, { a: [1] }),
  (assert) => assert.deepEqual({ a: [1] }, { a: [2] }),
  (assert) => assert.deepStrictEqual([1], ['1']),
  (assert) => assert.notDeepEqual([1], [1]),
  (assert) => assert.notDeepStrictEqual([1], [2]),
  (assert) => assert.match('abc', /b/),
  (assert) => assert.match('abc', /d/),
  (assert) => assert.doesNotMatch('abc', /b/),
  (assert) => assert.fail('reason'),
  (assert) => assert.ifError(null),
  (assert) => assert.ifError(new Error('x')),
  (assert) => assert.throws(() => {}),
  (assert) => assert.throws(fails(codeError)),
  (assert) => assert.throws(fails(codeError), 'only a message'),
  (assert) => assert.throws(fails(codeError), /^Error: message$/),
  (assert) => assert.throws(fails(codeError), /other/),
  (assert) => assert.throws(fails(new TypeError('t')), TypeError),
  (assert) => assert.throws(fails(new TypeError('t')), Error),
  (assert) => assert.throws(fails(new TypeError('t')), RangeError),
  (assert) => assert.throws(fails(codeError), { code: 'room/what' }),
  (assert) => assert.throws(fails(codeError), { code: 'room/other' }),
  (assert) => assert.throws(fails(codeError), { name: 'Error', message: /^mess/ }),
  (assert) => assert.throws(fails(codeError), { message: 'mess' }),
  (assert) => assert.throws(fails(codeError), codeError),
  (assert) => assert.throws(fails(codeError), new Error('message')),
  (assert) => assert.throws(fails(codeError), new Error('other')),
  (assert) => assert.throws(fails(codeError), (error: unknown) => error === codeError),
  (assert) => assert.throws(fails(codeError), () => false),
  (assert) => assert.throws(fails('a string'), /a string/),
  (assert) => assert.doesNotThrow(() => {}),
  (assert) => assert.doesNotThrow(fails(codeError)),
  (assert) => assert.rejects(Promise.reject(codeError)),
  (assert) => assert.rejects(async () => fails(codeError)(), { code: 'room/what' }),
  (assert) => assert.rejects(async () => fails(codeError)(), RangeError),
  (assert) => assert.rejects(Promise.resolve()),
  (assert) => assert.doesNotReject(Promise.resolve()),
  (assert) => assert.doesNotReject(Promise.reject(codeError)),
]

async function outcome(use: (assert: Assert) => unknown, assert: unknown): Promise<string> {
  try {
    await use(assert as Assert)
    return 'passes'
  } catch {
    return 'throws'
  }
}

test('The assert shim passes and throws where Node does', async () => {
  for (const use of uses) node.equal(await outcome(use, shim), await outcome(use, node), String(use))
})

test('The assert shim has the same functions by name as on its default export', () => {
  const members = Object.keys(shim).filter((name) => name !== 'strict')
  node.deepEqual(
    members.filter((name) => !(name in named)),
    [],
  )
})

test('The assert shim shows both values where they differ', () => {
  node.throws(() => shim.deepEqual({ a: -0, b: [1n] }, new Map([['k', new Uint8Array(2)]])), {
    name: 'AssertionError',
    message: 'Values differ\n  actual:   { a: -0, b: [1n] }\n  expected: Map {"k" => Uint8Array [0, 0]}',
  })
})
