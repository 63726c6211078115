import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { deepEqual } from './deep-equal.ts'

class Point {
  readonly x = 1
}

function cycle(): object {
  const value: Record<string, unknown> = { name: 'loop' }
  value['self'] = value
  return value
}

const tagged = Symbol('tagged')

/** Kinds of values, each made anew, so that no two are the same object. */
const samples: readonly (() => unknown)[] = [
  () => undefined,
  () => null,
  () => 0,
  () => -0,
  () => Number.NaN,
  () => 1n,
  () => '',
  () => '0',
  () => [],
  () => [undefined],
  () => new Array(1),
  () => [1, [2, { a: 3 }]],
  () => Object.assign([1], { extra: true }),
  () => ({}),
  () => ({ a: undefined }),
  () => ({ a: 1, b: 2 }),
  () => ({ b: 2, a: 1 }),
  () => ({ [tagged]: 1 }),
  () => Object.create(null),
  () => Object.assign(Object.create(null), { a: 1, b: 2 }),
  () => new Point(),
  () => ({ x: 1 }),
  () => [-0],
  () => [0],
  () => new Map(),
  () => new Map([['a', { b: 1 }]]),
  () => new Map([['a', { b: 2 }]]),
  () => new Map([[{ k: 1 }, 'v']]),
  () => new Map([[{ k: 1 }, 'w']]),
  () =>
    new Map<unknown, unknown>([
      [1, undefined],
      [2, 2],
    ]),
  () =>
    new Map<unknown, unknown>([
      [2, 2],
      [1, undefined],
    ]),
  () =>
    new Map<unknown, unknown>([
      [3, undefined],
      [2, 2],
    ]),
  () => new Set(),
  () => new Set([1, 2]),
  () => new Set([2, 1]),
  () => new Set([{ a: 1 }, { a: 2 }]),
  () => new Set([{ a: 2 }, { a: 1 }]),
  () => new Set([{ a: 1 }, { a: 1 }]),
  () => new Set(['1', 2]),
  () => new Uint8Array([1, 2]),
  () => new Uint8Array([1, 3]),
  () => new Uint8ClampedArray([1, 2]),
  () => new Float64Array([0]),
  () => new Float64Array([-0]),
  () => new Float64Array([Number.NaN]),
  () => new Uint8Array([1, 2]).buffer,
  () => new DataView(new Uint8Array([1, 2]).buffer),
  () => new DataView(new Uint8Array([1, 3]).buffer),
  () => new Date(0),
  () => new Date(1),
  () => new Date(Number.NaN),
  () => /a/g,
  () => /a/i,
  () => new Error('a'),
  () => new Error('b'),
  () => new Error('a', { cause: 1 }),
  () => new TypeError('a'),
  () => Object.assign(new Error('a'), { code: 'x' }),
  () => new AggregateError([new Error('a')], 'm'),
  () => new AggregateError([new Error('b')], 'm'),
  () => new String('a'),
  () => new String('b'),
  () => new Number(-0),
  () => new Number(0),
  () => new Boolean(true),
  () => Promise.resolve(),
  () => () => {},
  () => cycle(),
  () => ({ name: 'loop', self: [] }),
]

test('deepEqual() agrees with Node on every pair of samples', () => {
  const wrong: string[] = []
  for (const [i, makeA] of samples.entries()) {
    for (const [j, makeB] of samples.entries()) {
      const [a, b] = [makeA(), makeB()]
      if (deepEqual(a, b) !== isDeepStrictEqual(a, b)) wrong.push(`${samples[i]} and ${samples[j]}`)
    }
  }
  assert.deepEqual(wrong, [])
})

const anything = fc.anything({ withMap: true, withSet: true, withTypedArray: true, withDate: true })

test('deepEqual() agrees with Node on arbitrary values', () => {
  fc.assert(fc.property(anything, anything, (a, b) => deepEqual(a, b) === isDeepStrictEqual(a, b)))
})

test('deepEqual() is true for a copy', () => {
  fc.assert(fc.property(fc.clone(anything, 2), ([a, b]) => deepEqual(a, b) === isDeepStrictEqual(a, b)))
})
