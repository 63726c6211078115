import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseSeed, randomSeed, seededRandom } from './seed.ts'

test('seededRandom() repeats the same numbers for a seed, on every machine', () => {
  const random = seededRandom(42)
  const drawn = [random.int(0, 99), random.int(0, 99), random.int(0, 99), random.pick(['a', 'b', 'c'])]
  assert.deepEqual(drawn, [60, 44, 85, 'c'])
})

test('seededRandom().int() stays in its range and meets both ends', () => {
  fc.assert(
    fc.property(fc.nat(), fc.integer(), fc.nat(3), (seed, min, span) => {
      const random = seededRandom(seed)
      const drawn = new Set(Array.from({ length: 200 }, () => random.int(min, min + span)))
      assert.deepEqual(
        [...drawn].sort((a, b) => a - b),
        Array.from({ length: span + 1 }, (_, i) => min + i),
      )
    }),
  )
})

test('seededRandom().shuffle() keeps the members and the original', () => {
  fc.assert(
    fc.property(fc.nat(), fc.array(fc.integer()), (seed, list) => {
      const before = [...list]
      assert.deepEqual(seededRandom(seed).shuffle(list).sort(), [...list].sort())
      assert.deepEqual(list, before)
    }),
  )
})

test('seededRandom().fork() does not depend on what was drawn before', () => {
  const fresh = seededRandom(7).fork('update')
  const used = seededRandom(7)
  used.ratio()
  assert.equal(used.fork('update').ratio(), fresh.ratio())
  assert.notEqual(seededRandom(7).fork('update').ratio(), seededRandom(7).fork('boot').ratio())
})

test('seededRandom().pick() refuses an empty list', () => {
  assert.throws(() => seededRandom(1).pick([]), { message: 'Cannot pick from a list: it is empty' })
})

test('parseSeed() reads what randomSeed() draws', () => {
  for (let i = 0; i < 100; i++) {
    const seed = randomSeed()
    assert.equal(parseSeed(String(seed)), seed)
  }
})

test('parseSeed() refuses everything but a whole number below 2^31', () => {
  for (const text of ['', ' 1', '-1', '1.5', '0x10', '2147483648', 'abc']) {
    assert.throws(() => parseSeed(text), {
      message: `Cannot use seed "${text}": expected a whole number from 0 to 2147483647`,
    })
  }
})
