import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { MOST_PROBLEMS } from '../answer.ts'
import { answerQuestion } from './answer-question.ts'

const examples = join(import.meta.dirname, '../examples')

for (const name of readdirSync(examples))
  test(`answerQuestion() finds nothing wrong with the example ${name}`, async () => {
    const { problems, lint, result } = await answerQuestion({
      text: readFileSync(join(examples, name), 'utf8'),
      values: {},
    })
    assert.deepEqual([problems, lint], [[], []])
    assert.match(result!.explanation, /^Ignition 3/)
    assert.equal(result!.machineConfig !== undefined, name === 'openshift.yaml')
  })

const head = 'variant: afloat\nversion: 1.0.0\n'

test('answerQuestion() puts in the values of declared variables, lines being a list, and no others', async () => {
  const text = `${head}variables:\n  host: {}\n  keys: {type: strings}\n  __proto__: {default: x}
hostname: !var host\npasswd: {users: [{name: a, ssh_authorized_keys: !var keys}]}\n`
  const { variables, result, problems } = await answerQuestion({
    text,
    values: { host: 'web', keys: 'ssh-ed25519 AAAA\n\nssh-ed25519 BBBB\n', other: 'x' },
  })
  assert.deepEqual(variables, ['host', 'keys', '__proto__'])
  assert.deepEqual(
    problems.map(({ code }) => code),
    ['butane/variable-name'],
  )
  assert.equal(result, undefined)
  const { result: fine } = await answerQuestion({
    text: text.replace('  __proto__: {default: x}\n', ''),
    values: { host: 'web', keys: 'ssh-ed25519 AAAA\n\nssh-ed25519 BBBB\n', other: 'x' },
  })
  assert.match(fine!.explanation, /a {2}no password, 2 SSH keys/)
  assert.match(fine!.ignition, /"source": "data:,web%0A"/)
})

test('answerQuestion() says where on the page a missing value goes, not how on the command line', async () => {
  const text = `${head}variables: {host: {}}\nhostname: !var host\n`
  const { problems } = await answerQuestion({ text, values: { host: '' } })
  assert.deepEqual(
    problems.map(({ code, hint }) => [code, hint]),
    [['butane/variable-missing', 'Enter one under "Variables", or declare a default']],
  )
})

test('answerQuestion() compresses what is worth it, and sees through that', async () => {
  const text = `variant: flatcar\nversion: 1.1.0\nstorage: {files: [{path: /a, contents: {inline: "${'0'.repeat(999)}"}}]}\n`
  const { result } = await answerQuestion({ text, values: {} })
  assert.match(result!.ignition, /"compression": "gzip"/)
  assert.match(result!.explanation, /\/a {2}999 B, gzip \d+ B in the config\n/)
})

test('answerQuestion() lists no more problems than a person reads, and counts all', async () => {
  const text = `${head}${Array.from({ length: 3000 }, (_, at) => `k${at}: 1\n`).join('')}`
  const { problems, counts } = await answerQuestion({ text, values: {} })
  assert.deepEqual([problems.length, counts], [MOST_PROBLEMS, { errors: 3000, warnings: 0, lint: 0 }])
})
