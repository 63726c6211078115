import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { compareVersions, isVersion, parseVersion, versionRule } from './version.ts'

/** In the order of the semver specification, lowest first. */
const ascending = [
  '0.0.1',
  '0.9.0',
  '0.10.0',
  '1.0.0-0',
  '1.0.0-2',
  '1.0.0-11',
  '1.0.0-alpha',
  '1.0.0-alpha.1',
  '1.0.0-alpha.beta',
  '1.0.0-beta',
  '1.0.0-beta.2',
  '1.0.0-beta.11',
  '1.0.0-rc.1',
  '1.0.0',
  '1.0.1',
  '1.2.0',
  '999999999.0.0',
]

const numbers = fc.integer({ min: 0, max: 999_999_999 })
const identifier = fc.oneof(numbers.map(String), fc.stringMatching(/^[A-Za-z-][0-9A-Za-z-]{0,3}$/))
const versions = fc
  .tuple(numbers, numbers, numbers, fc.array(identifier, { maxLength: 3 }))
  .map(
    ([major, minor, patch, pre]) => `${major}.${minor}.${patch}${pre.length > 0 ? `-${pre.join('.')}` : ''}`,
  )

test('compareVersions() orders as semver does', () => {
  for (const [i, a] of ascending.entries())
    for (const [j, b] of ascending.entries())
      assert.equal(Math.sign(compareVersions(a, b)), Math.sign(i - j), `${a} beside ${b}`)
})

test('compareVersions() is an order: antisymmetric, transitive, 0 for what is equal alone', () => {
  fc.assert(
    fc.property(versions, versions, versions, (a, b, c) => {
      assert.equal(Math.sign(compareVersions(a, b)), 0 - Math.sign(compareVersions(b, a)))
      assert.equal(compareVersions(a, b) === 0, a === b)
      if (compareVersions(a, b) <= 0 && compareVersions(b, c) <= 0) assert.ok(compareVersions(a, c) <= 0)
    }),
  )
})

test('parseVersion() reads each part', () => {
  assert.deepEqual(parseVersion('1.22.333-rc.1'), {
    major: 1,
    minor: 22,
    patch: 333,
    preRelease: ['rc', '1'],
  })
  assert.deepEqual(parseVersion('1.2.3'), { major: 1, minor: 2, patch: 3, preRelease: [] })
})

test('isVersion() refuses what is none, and what would not fit into a file name', () => {
  const bad = ['', '1', '1.2', '1.2.3.4', 'v1.2.3', '01.2.3', '1.2.03', '1.2.3-', '1.2.3-a..b', '1.2.3-01']
  bad.push(
    '1.2.3+build',
    '1.2.3-a/b',
    '1.2.3\n',
    ' 1.2.3',
    '1.2.3-é',
    '1.2.-3',
    '1234567890.0.0',
    '1.2.3-a_b',
  )
  bad.push(`1.2.3-${'a'.repeat(59)}`)
  for (const text of bad) {
    assert.equal(isVersion(text), false, JSON.stringify(text))
    assert.equal(versionRule.pattern.test(text), false, JSON.stringify(text))
    assert.throws(() => compareVersions('1.0.0', text), { code: 'release/bad-version' })
  }
  assert.equal(isVersion(`1.2.3-${'a'.repeat(58)}`), true)
})

test('isVersion() and the rule for fields agree', () => {
  fc.assert(
    fc.property(fc.oneof(versions, fc.stringMatching(/^[0-9a.+\n-]{0,9}$/)), (text) => {
      assert.equal(isVersion(text), versionRule.pattern.test(text))
    }),
  )
})
