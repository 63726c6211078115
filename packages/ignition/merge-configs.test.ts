import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { IgnitionConfig } from './config.ts'
import { mergeConfigs } from './merge-configs.ts'
import { validateIgnition } from './validate/validate-ignition.ts'
import { findSpec } from './versions.ts'

type Sections = Omit<IgnitionConfig, 'ignition'> & { readonly ignition?: Partial<IgnitionConfig['ignition']> }

const VERSION = '3.6.0'
const config = ({ ignition, ...sections }: Sections): IgnitionConfig => ({
  ignition: { version: VERSION, ...ignition },
  ...sections,
})
const merge = (...configs: Sections[]) => configs.map(config).reduce(mergeConfigs)

const merged: [title: string, parent: Sections, child: Sections, expected: Sections][] = [
  [
    'the fields of one file, whose contents keep what the child leaves open',
    {
      storage: {
        files: [
          { path: '/a', mode: 420, contents: { source: 'data:,a', compression: 'gzip' } },
          { path: '/b', user: { name: 'x' } },
        ],
      },
    },
    { storage: { files: [{ path: '/c' }, { path: '/a', contents: { source: 'data:,b' } }] } },
    {
      storage: {
        files: [
          { path: '/a', mode: 420, contents: { source: 'data:,b', compression: 'gzip' } },
          { path: '/b', user: { name: 'x' } },
          { path: '/c' },
        ],
      },
    },
  ],
  [
    'paths across files, directories and links',
    { storage: { files: [{ path: '/a', mode: 420 }, { path: '/b' }], directories: [{ path: '/c' }] } },
    { storage: { links: [{ path: '/a', target: '/b' }], files: [{ path: '/c' }] } },
    { storage: { files: [{ path: '/b' }, { path: '/c' }], links: [{ path: '/a', target: '/b' }] } },
  ],
  [
    'partitions by number, or by label without one',
    {
      storage: {
        disks: [
          {
            device: '/dev/a',
            wipeTable: true,
            partitions: [
              { number: 1, label: 'x', startMiB: 4 },
              { label: 'y', sizeMiB: 1 },
              { number: 0, label: 'z' },
            ],
          },
          { device: '/dev/b' },
        ],
      },
    },
    {
      storage: {
        disks: [
          {
            device: '/dev/a',
            wipeTable: false,
            partitions: [
              { number: 1, label: 'X' },
              { label: 'y', sizeMiB: 2 },
              { label: 'z', guid: '' },
              { number: 2 },
            ],
          },
        ],
      },
    },
    {
      storage: {
        disks: [
          {
            device: '/dev/a',
            wipeTable: false,
            partitions: [
              { number: 1, label: 'X', startMiB: 4 },
              { label: 'y', sizeMiB: 2 },
              { number: 0, label: 'z', guid: '' },
              { number: 2 },
            ],
          },
          { device: '/dev/b' },
        ],
      },
    },
  ],
  [
    'RAID, LUKS and file systems; options are appended',
    {
      storage: {
        raid: [{ name: 'r', level: 'raid1', devices: ['/dev/a', '/dev/b'], options: ['-x'] }],
        luks: [{ name: 'l', device: '/dev/l', options: ['-x'], openOptions: ['-o'], clevis: { tpm2: true } }],
        filesystems: [{ device: '/dev/f', format: 'ext4', options: ['-x'], mountOptions: ['ro'] }],
      },
    },
    {
      storage: {
        raid: [{ name: 'r', devices: ['/dev/b', '/dev/c'], options: ['-x', '-y'] }],
        luks: [{ name: 'l', options: ['-x'], openOptions: ['-o', '-p'], clevis: { threshold: 1 } }],
        filesystems: [{ device: '/dev/f', path: '/srv', options: ['-x'], mountOptions: ['ro'] }],
      },
    },
    {
      storage: {
        raid: [
          { name: 'r', level: 'raid1', devices: ['/dev/a', '/dev/b', '/dev/c'], options: ['-x', '-x', '-y'] },
        ],
        luks: [
          {
            name: 'l',
            device: '/dev/l',
            options: ['-x', '-x'],
            openOptions: ['-o', '-p'],
            clevis: { tpm2: true, threshold: 1 },
          },
        ],
        filesystems: [
          {
            device: '/dev/f',
            format: 'ext4',
            path: '/srv',
            options: ['-x', '-x'],
            mountOptions: ['ro', 'ro'],
          },
        ],
      },
    },
  ],
  [
    'appended contents one after the other',
    { storage: { files: [{ path: '/a', append: [{ source: 'data:,1' }] }] } },
    { storage: { files: [{ path: '/a', append: [{ source: 'data:,1' }, { source: 'data:,2' }] }] } },
    {
      storage: {
        files: [
          { path: '/a', append: [{ source: 'data:,1' }, { source: 'data:,1' }, { source: 'data:,2' }] },
        ],
      },
    },
  ],
  [
    'users and groups by name, keys without repetition',
    {
      passwd: {
        users: [{ name: 'a', uid: 5, sshAuthorizedKeys: ['1', '2'], groups: ['x'] }, { name: 'b' }],
        groups: [{ name: 'g', gid: 7 }],
      },
    },
    {
      passwd: {
        users: [{ name: 'a', shell: '/bin/sh', sshAuthorizedKeys: ['3', '2'] }],
        groups: [{ name: 'g', shouldExist: false }],
      },
    },
    {
      passwd: {
        users: [
          { name: 'a', uid: 5, shell: '/bin/sh', sshAuthorizedKeys: ['1', '2', '3'], groups: ['x'] },
          { name: 'b' },
        ],
        groups: [{ name: 'g', gid: 7, shouldExist: false }],
      },
    },
  ],
  [
    'units and their drop-ins by name; false and empty text count as said',
    {
      systemd: {
        units: [
          {
            name: 'a.service',
            enabled: true,
            contents: '[A]',
            dropins: [{ name: '1.conf', contents: '[B]' }],
          },
        ],
      },
    },
    {
      systemd: {
        units: [
          {
            name: 'a.service',
            enabled: false,
            contents: '',
            dropins: [{ name: '2.conf' }, { name: '1.conf' }],
          },
        ],
      },
    },
    {
      systemd: {
        units: [
          {
            name: 'a.service',
            enabled: false,
            contents: '',
            dropins: [{ name: '1.conf', contents: '[B]' }, { name: '2.conf' }],
          },
        ],
      },
    },
  ],
  [
    'arguments that the child removes, and removed ones that it adds',
    { kernelArguments: { shouldExist: ['a', 'b'], shouldNotExist: ['c'] } },
    { kernelArguments: { shouldExist: ['c', 'b'], shouldNotExist: ['a', 'd'] } },
    { kernelArguments: { shouldExist: ['b', 'c'], shouldNotExist: ['a', 'd'] } },
  ],
  [
    'headers by name; one without value removes',
    {
      storage: {
        files: [
          {
            path: '/a',
            contents: {
              httpHeaders: [
                { name: 'old', value: '1' },
                { name: 'both', value: '1' },
                { name: 'gone', value: '1' },
              ],
            },
          },
        ],
      },
    },
    {
      storage: {
        files: [
          {
            path: '/a',
            contents: {
              httpHeaders: [{ name: 'gone' }, { name: 'new', value: '2' }, { name: 'both', value: '2' }],
            },
          },
        ],
      },
    },
    {
      storage: {
        files: [
          {
            path: '/a',
            contents: {
              httpHeaders: [
                { name: 'old', value: '1' },
                { name: 'both', value: '2' },
                { name: 'new', value: '2' },
              ],
            },
          },
        ],
      },
    },
  ],
  [
    'references by source, and the replacement field by field',
    {
      ignition: {
        config: { merge: [{ source: 'https://a' }], replace: { source: 'https://r', compression: 'gzip' } },
        proxy: { httpProxy: 'http://p', noProxy: ['x'] },
        security: { tls: { certificateAuthorities: [{ source: 'https://ca' }] } },
        timeouts: { httpTotal: 5 },
      },
    },
    {
      ignition: {
        config: {
          merge: [{ source: 'https://b' }, { source: 'https://a' }],
          replace: { source: 'https://s' },
        },
        proxy: { noProxy: ['y', 'x'] },
        security: { tls: { certificateAuthorities: [{ source: 'https://ca' }, { source: 'https://cb' }] } },
        timeouts: { httpResponseHeaders: 6 },
      },
    },
    {
      ignition: {
        config: {
          merge: [{ source: 'https://a' }, { source: 'https://b' }],
          replace: { source: 'https://s', compression: 'gzip' },
        },
        proxy: { httpProxy: 'http://p', noProxy: ['x', 'y'] },
        security: { tls: { certificateAuthorities: [{ source: 'https://ca' }, { source: 'https://cb' }] } },
        timeouts: { httpTotal: 5, httpResponseHeaders: 6 },
      },
    },
  ],
]
for (const [title, parent, child, expected] of merged)
  test(`mergeConfigs() merges ${title}`, () => assert.deepEqual(merge(parent, child), config(expected)))

test('mergeConfigs() brings both to the later version', () => {
  const of = (version: string, path: string): IgnitionConfig => ({
    ignition: { version },
    storage: { files: [{ path, mode: 0o4755 }] },
  })
  const [early, late] = [of('3.2.0', '/early'), of('3.6.0', '/late')]
  for (const result of [mergeConfigs(early, late), mergeConfigs(late, early)]) {
    assert.equal(result.ignition.version, '3.6.0')
    const modes = result.storage?.files?.map(({ path, mode }) => [path, mode])
    assert.deepEqual(modes?.toSorted(), [
      ['/early', 0o755],
      ['/late', 0o4755],
    ])
  }
  assert.throws(() => mergeConfigs(early, of('3.9.0', '/a')), { code: 'ignition/cannot-translate' })
})

test('mergeConfigs() may make valid configs an invalid one', () => {
  const disk = (number: number) => ({
    storage: { disks: [{ device: '/dev/a', partitions: [{ number, label: 'x' }] }] },
  })
  assert.deepEqual(problems(merge(disk(1), disk(2))), ['ignition/partition-label-twice'])
})

test('mergeConfigs() in another grouping forgets that a path was something else in between', () => {
  const file = { storage: { files: [{ path: '/a', mode: 0o600 }] } }
  const link = { storage: { links: [{ path: '/a', target: '/b' }] } }
  const bare = { storage: { files: [{ path: '/a' }] } }
  assert.deepEqual(merge(file, link, bare), config(bare))
  assert.deepEqual(merge(file, merge(link, bare)), config(file))
})

function problems(value: IgnitionConfig): string[] {
  return validateIgnition(findSpec(VERSION)!, value).map(({ code }) => code)
}
