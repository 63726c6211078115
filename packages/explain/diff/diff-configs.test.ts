import assert from 'node:assert/strict'
import { test } from 'node:test'
import { encodeDataUrl, encodeUtf8, type IgnitionConfig, specs } from '@afloat/ignition'
import { arbitraryConfig, fakeGunzip } from '@afloat/ignition/testing/arbitrary-config'
import fc from 'fast-check'
import { diffConfigs } from './diff-configs.ts'
import { formatDifferences } from './format-differences.ts'

const options = { gunzip: fakeGunzip, sha256: (bytes: Uint8Array) => `sum-of-${bytes.length}` }
const ignition = { version: '3.4.0' }
const data = (text: string) => encodeDataUrl(encodeUtf8(text))
type Sections = Omit<IgnitionConfig, 'ignition'>

function lines(from: Sections, to: Sections): string[] {
  const result = diffConfigs({ ignition, ...from }, { ignition, ...to }, options)
  const text = formatDifferences(result)
  assert.equal(result.same, text === '')
  return text.split('\n').slice(0, -1)
}

const file = (contents: object, more: object = {}): Sections => ({
  storage: { files: [{ path: '/a', contents, ...more }] },
})

test('diffConfigs() matches items of lists by name, whatever their order', () => {
  const units = (...names: string[]) => ({
    systemd: { units: names.map((name) => ({ name, enabled: true })) },
  })
  assert.deepEqual(lines(units('a', 'b'), units('b', 'a')), [])
  assert.deepEqual(lines(units('a', 'b'), units('c', 'a')), [
    '- systemd.units[b]',
    '- systemd.units[b].enabled: true',
    '+ systemd.units[c]',
    '+ systemd.units[c].enabled: true',
  ])
  const keys = (...sshAuthorizedKeys: string[]) => ({
    passwd: { users: [{ name: 'core', sshAuthorizedKeys }] },
  })
  assert.deepEqual(lines(keys('a', 'b'), keys('b', 'c')), [
    '- passwd.users[core].sshAuthorizedKeys[a]',
    '+ passwd.users[core].sshAuthorizedKeys[c]',
  ])
  const partitions = (label: string, sizeMiB: number) => ({
    storage: { disks: [{ device: '/dev/a', partitions: [{ number: 1, label, sizeMiB }, { label: 'x' }] }] },
  })
  assert.deepEqual(lines(partitions('a', 1), partitions('b', 2)), [
    '~ storage.disks[/dev/a].partitions[1].label: a → b',
    '~ storage.disks[/dev/a].partitions[1].sizeMiB: 1 → 2',
  ])
})

test('diffConfigs() does not mind how contents are written, and flags that hold anyway', () => {
  const plain = file({ source: 'data:,abc' })
  assert.deepEqual(lines(plain, file({ source: 'data:;base64,YWJj', compression: '' })), [])
  assert.deepEqual(lines(plain, file({ source: 'data:;base64,H4thYmM=', compression: 'gzip' })), [])
  assert.deepEqual(lines(plain, file({ source: 'data:,abc' }, { overwrite: false })), [])
  assert.deepEqual(lines({ storage: { files: [] } }, {}), [])
})

test('diffConfigs() shows text line by line, and size and checksum of the rest', () => {
  assert.deepEqual(lines(file({ source: data('a\nb\n') }), file({ source: data('a\nc\x1b\n') })), [
    '~ storage.files[/a].contents',
    '    @@ -1,2 +1,2 @@',
    '     a',
    '    -b',
    '    +c·',
  ])
  assert.deepEqual(lines(file({ source: 'data:,%00' }), file({ source: 'data:,%00%00' })), [
    '~ storage.files[/a].contents: 1 B, sha256 sum-of-1 → 2 B, sha256 sum-of-2',
  ])
  assert.deepEqual(lines(file({ source: 'https://h/a?k=1' }), file({ source: data('b') })), [
    '~ storage.files[/a].contents: https://h/a?… → 1 B, sha256 sum-of-1',
  ])
  const dropin = (contents: string) => ({
    systemd: { units: [{ name: 'a.service', dropins: [{ name: 'b.conf', contents }] }] },
  })
  assert.deepEqual(lines(dropin('[Unit]\n'), dropin('[Unit]\nAfter=b\n')), [
    '~ systemd.units[a.service].dropins[b.conf].contents',
    '    @@ -1 +1,2 @@',
    '     [Unit]',
    '    +After=b',
  ])
})

test('diffConfigs() writes modes in octal and lists whose order counts as a whole', () => {
  assert.deepEqual(lines(file({}, { mode: 0o644 }), file({}, { mode: 0o755 })), [
    '~ storage.files[/a].mode: 0644 → 0755',
  ])
  const options = (...mountOptions: string[]) => ({
    storage: { filesystems: [{ device: '/dev/a', mountOptions }] },
  })
  assert.deepEqual(lines(options('ro', 'a'), options('a', 'ro')), [
    '~ storage.filesystems[/dev/a].mountOptions: ro a → a ro',
  ])
})

test('diffConfigs() compares secrets and never shows them', () => {
  const secret = (value: string): Sections => ({
    passwd: { users: [{ name: 'core', passwordHash: `SECRET${value}` }] },
    storage: {
      luks: [{ name: 'a', device: '/dev/a', keyFile: { source: data(`SECRET${value}`) } }],
      files: [
        {
          path: '/a',
          contents: {
            source: `https://u:SECRET${value}@h/`,
            httpHeaders: [{ name: 'k', value: `SECRET${value}` }],
          },
        },
      ],
    },
  })
  const from = { ignition, ...secret('1') }
  const result = diffConfigs(from, { ignition, ...secret('2') }, options)
  assert.doesNotMatch(JSON.stringify(result) + formatDifferences(result), /SECRET/)
  assert.deepEqual(lines(secret('1'), secret('2')), [
    '~ passwd.users[core].passwordHash: not shown (differs)',
    '~ storage.files[/a].contents: https://h/ (differs)',
    '~ storage.files[/a].contents.httpHeaders[k].value: not shown (differs)',
    '~ storage.luks[a].keyFile: not shown (differs)',
  ])
  assert.equal(diffConfigs(from, from, options).same, true)
})

test('diffConfigs() finds nothing between equal configs, and as much either way', () => {
  const configs = arbitraryConfig(specs.at(-1)!)
  fc.assert(
    fc.property(configs, configs, (a, b) => {
      assert.deepEqual(diffConfigs(a, structuredCopy(a), options).differences, [])
      const mirror = { added: 'removed', removed: 'added', changed: 'changed' }
      const there = diffConfigs(a, b, options).differences.map(({ path, kind }) => `${kind} ${path}`)
      const back = diffConfigs(b, a, options).differences.map(({ path, kind }) => `${mirror[kind]} ${path}`)
      assert.deepEqual(there, back)
    }),
  )
})

function structuredCopy<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T
}
