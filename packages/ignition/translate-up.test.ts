import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { IgnitionConfig } from './config.ts'
import { translateUp } from './translate-up.ts'
import { validateIgnition } from './validate/validate-ignition.ts'
import { specs } from './versions.ts'

/** Valid in all versions. */
const config = (version: string): IgnitionConfig => ({
  ignition: { version, config: { merge: [{ source: 'https://h/a.ign' }] }, timeouts: { httpTotal: 5 } },
  passwd: { users: [{ name: 'core', sshAuthorizedKeys: ['k'] }], groups: [{ name: 'g', gid: 5 }] },
  storage: {
    disks: [{ device: '/dev/a', partitions: [{ number: 1, label: 'x', shouldExist: true }] }],
    raid: [{ name: 'r', level: 'raid1', devices: ['/dev/b', '/dev/c'] }],
    filesystems: [{ device: '/dev/d', format: 'ext4', path: '/srv' }],
    files: [
      { path: '/f', mode: 0o644, contents: { source: 'data:,x', compression: 'gzip' } },
      { path: '/g' },
    ],
    directories: [{ path: '/d', mode: 0o755 }],
    links: [{ path: '/l', target: '/f', hard: true }],
  },
  systemd: { units: [{ name: 'a.service', mask: true, dropins: [{ name: 'x.conf' }] }] },
})

for (const [index, { version }] of specs.entries())
  test(`translateUp() makes ${version} every later version, valid and with all it said`, () => {
    for (const later of specs.slice(index)) {
      const translated = translateUp(config(version), later.version)
      assert.deepEqual(translated, config(later.version))
      assert.deepEqual(validateIgnition(later, translated), [])
    }
  })

test('translateUp() keeps what versions added on the way', () => {
  const luks = {
    name: 'l',
    device: '/dev/e',
    discard: true,
    openOptions: ['--x'],
    clevis: { tang: [{ url: 'http://t', thumbprint: 'p', advertisement: '{}' }] },
  }
  const of = (version: string): IgnitionConfig => ({
    ignition: { version },
    kernelArguments: { shouldExist: ['a'] },
    storage: { luks: [luks] },
  })
  assert.deepEqual(translateUp(of('3.4.0'), '3.7.0-experimental'), of('3.7.0-experimental'))
})

test('translateUp() takes the bits out of modes that had no effect before 3.6.0', () => {
  const of = (version: string, mode: number): IgnitionConfig => ({
    ignition: { version },
    storage: { files: [{ path: '/f', mode }], directories: [{ path: '/d', mode }, { path: '/e' }] },
  })
  const before = of('3.0.0', 0o6755)
  assert.deepEqual(translateUp(before, '3.5.0'), of('3.5.0', 0o6755))
  assert.deepEqual(translateUp(before, '3.6.0'), of('3.6.0', 0o755))
  assert.deepEqual(translateUp(of('3.6.0', 0o6755), '3.7.0-experimental'), of('3.7.0-experimental', 0o6755))
  assert.deepEqual(before, of('3.0.0', 0o6755))
})

for (const [title, from, to, message] of [
  ['an earlier version', '3.4.0', '3.3.0', 'Cannot translate config: version 3.4.0 is later than 3.3.0'],
  ['an unknown version', '3.4.0', '3.8.0', 'Cannot translate config: version "3.8.0" is unknown'],
  ['a config of an unknown version', '2.3.0', '3.4.0', 'Cannot translate config: version "2.3.0" is unknown'],
] as const)
  test(`translateUp() refuses ${title}`, () => {
    assert.throws(() => translateUp({ ignition: { version: from } }, to), {
      code: 'ignition/cannot-translate',
      message,
    })
  })
