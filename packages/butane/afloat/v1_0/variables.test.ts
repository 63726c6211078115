import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeDataUrl, decodeUtf8 } from '@afloat/ignition'
import { compileConfig } from '../../compile-config.ts'
import type { GivenValue } from './variables.ts'

const head = `variant: afloat
version: 1.0.0
`

function compile(text: string, given: Readonly<Record<string, GivenValue['value']>> = {}) {
  const variables = new Map(
    Object.entries(given).map(([name, value]) => [name, { value, from: 'the environment' }]),
  )
  return compileConfig(head + text, { variables })
}

function entries(text: string, given: Readonly<Record<string, GivenValue['value']>> = {}): string[] {
  return compile(text, given).report.diagnostics.map(
    ({ code, path, line, column }) => `${code.replace('butane/', '')} ${path} ${line}:${column}`,
  )
}

test('a variable stands where its value is wanted, with its type', () => {
  const text = `variables:
  host: { type: string, description: Name of the machine }
  mode: { type: integer, default: 0600 }
  keys: { type: strings }
hostname: !var host
passwd:
  users:
    - name: core
      ssh_authorized_keys: !var keys
storage:
  files:
    - path: /etc/motd
      mode: !var mode
      contents:
        inline: !text "On \${host}, $\${HOME} stays\\n"
`
  const { ignition, report } = compile(text, {
    host: 'shop-1',
    keys: ['ssh-ed25519 AAAA one', 'ssh-ed25519 AAAA two'],
  })
  assert.deepEqual(report.diagnostics, [])
  const [motd, hostname] = ignition!.storage!.files!
  const textOf = (file: typeof motd) => decodeUtf8(decodeDataUrl(file!.contents!.source!)!)
  assert.equal(textOf(hostname), 'shop-1\n')
  assert.equal(textOf(motd), 'On shop-1, $' + '{HOME} stays\n')
  assert.equal(motd!.mode, 0o600)
  assert.equal(ignition!.passwd!.users![0]!.sshAuthorizedKeys!.length, 2)
})

test('a variable without a value, and one that is empty, are errors where they are used; each is told once', () => {
  const text = `variables:
  host: { type: string }
hostname: !var host
containers:
  - { name: a, image: !text "r.example.com/\${host}:1" }
`
  assert.deepEqual(entries(text), ['variable-missing $ 5:11'])
  assert.deepEqual(entries(text, { host: '' }), ['variable-value $ 5:11'])
})

test('values are of the type that is declared', () => {
  const text = (type: string) => `variables:
  x: { type: ${type} }
storage:
  files:
    - { path: /a, mode: !var x }
`
  assert.deepEqual(entries(text('integer'), { x: 'many' }), ['variable-value $ 7:25'])
  assert.deepEqual(entries(text('integer'), { x: '0644' }), [])
  assert.deepEqual(entries(text('strings'), { x: '0644' }).length, 1)
  assert.deepEqual(entries(text('number'), { x: '1' })[0], 'variable-type $ 4:14')
  assert.deepEqual(entries(text('integer').replace('integer', 'integer, default: few')), [
    'variable-default $ 4:32',
  ])
})

test('what is not declared is an error, whoever names it', () => {
  assert.deepEqual(entries('hostname: !var hots\n'), ['variable-unknown $ 3:11'])
  assert.deepEqual(entries('hostname: x\n', { host: 'y' }), ['variable-not-declared $ 1:1'])
  assert.deepEqual(entries('variables:\n  a-b: { type: string }\n'), ['variable-name $ 4:3'])
  assert.deepEqual(entries('variables: [a]\n'), ['variable-declaration $ 3:1'])
  assert.deepEqual(entries('variables:\n  a: { typ: string }\n'), ['variable-key $ 4:8'])
})

test('no value is shown in what is said of it', () => {
  const { report } = compile(
    'variables:\n  x: { type: integer }\nstorage: { files: [{ path: /a, mode: !var x }] }\n',
    {
      x: 'secret',
    },
  )
  assert.doesNotMatch(JSON.stringify(report.diagnostics), /secret/)
})

test('an anchor that holds itself, and one with a variable in it, are followed', () => {
  const text = `variables:
  host: { type: string, default: a }
x-a: &a !var host
hostname: *a
`
  assert.deepEqual(entries(text), [])
  assert.equal(entries('x-b: &b [*b]\nhostname: a\n').length, 0)
})
