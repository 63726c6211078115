import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { publicUrl } from './public-url.ts'

test('publicUrl() shows where, and nothing that may be secret', () => {
  const cases: [string, string][] = [
    ['https://files.example/a/b', 'https://files.example/a/b'],
    ['https://files.example:8443', 'https://files.example:8443'],
    ['https://user:p@ss@files.example/a?token=x#y', 'https://files.example/a?…'],
    ['http://files.example/a@b', 'http://files.example/a@b'],
    ['http://files.example?token=a/b@c', 'http://files.example?…'],
  ]
  for (const [url, shown] of cases) assert.equal(publicUrl(url), shown)
})

test('publicUrl() never shows user, password, query or fragment', () => {
  const word = fc.stringMatching(/^[A-Z]{8,12}$/)
  fc.assert(
    fc.property(word, word, word, word, (user, password, query, fragment) => {
      const shown = publicUrl(`https://${user}:${password}@files.example/path?${query}#${fragment}`)
      for (const secret of [user, password, query, fragment]) assert.ok(!shown.includes(secret))
    }),
  )
})
