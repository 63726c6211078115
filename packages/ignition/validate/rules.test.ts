import assert from 'node:assert/strict'
import { test } from 'node:test'
import { specs } from '../versions.ts'
import { validateIgnition } from './validate-ignition.ts'

const sha = (name: string, length: number) => `${name}-${'0'.repeat(length)}`
const file = (fields: object) => ({ storage: { files: [{ path: '/a', ...fields }] } })
const luks = (clevis: object) => ({ storage: { luks: [{ name: 'a', device: '/dev/a', clevis }] } })
const raid = (fields: object) => ({ storage: { raid: [{ name: 'a', devices: ['/dev/a'], ...fields }] } })

/** What is found in a config, version by version; `-` where the version has no such field. */
for (const [title, sections, expected] of [
  [
    'SHA-256',
    file({ contents: { source: 'data:,', verification: { hash: sha('sha256', 64) } } }),
    { '3.0': 'hash-unknown', '3.1': '' },
  ],
  [
    'SHA-512',
    file({ contents: { source: 'data:,', verification: { hash: sha('sha512', 128) } } }),
    { '3.0': '' },
  ],
  ['a gs: source', file({ contents: { source: 'gs://a/b' } }), { '3.0': 'bad-scheme', '3.2': '' }],
  [
    'an arn: source',
    file({ contents: { source: 'arn:aws:s3:::bucket/key' } }),
    { '3.0': 'bad-scheme', '3.4': '' },
  ],
  ['a sticky bit', file({ mode: 0o1777 }), { '3.0': 'mode-special-bits', '3.6': '' }],
  ['a mode out of range', file({ mode: 0o10000 }), { '3.0': 'mode-range' }],
  [
    'format none',
    { storage: { filesystems: [{ device: '/dev/a', format: 'none' }] } },
    { '3.0': 'filesystem-format-unknown', '3.3': '' },
  ],
  [
    'format virtiofs',
    { storage: { filesystems: [{ device: '/dev/a', format: 'virtiofs' }] } },
    { '3.0': 'filesystem-format-unknown' },
  ],
  [
    'mount options alone',
    { storage: { filesystems: [{ device: '/dev/a', mountOptions: ['a'] }] } },
    { '3.0': '-', '3.1': 'filesystem-format-missing' },
  ],
  [
    'a pin of another maker',
    luks({ custom: { pin: 'yubikey', config: '{}' } }),
    { '3.0': '-', '3.2': 'clevis-pin-unknown', '3.6': '' },
  ],
  [
    'no pin',
    luks({ custom: { config: '{}' } }),
    { '3.0': '-', '3.2': 'clevis-pin-unknown', '3.3': 'clevis-pin-missing' },
  ],
  [
    'the network for no pin',
    luks({ custom: { needsNetwork: true } }),
    { '3.0': '-', '3.2': '', '3.3': 'clevis-pin-missing clevis-config-missing' },
  ],
  [
    'an empty pin beside the TPM',
    luks({ custom: {}, tpm2: true }),
    { '3.0': '-', '3.2': 'clevis-custom-with-others', '3.3': '' },
  ],
  [
    'a crypto card beside the TPM',
    { storage: { luks: [{ name: 'a', device: '/dev/a', clevis: { tpm2: true }, cex: { enabled: true } }] } },
    { '3.0': '-', '3.5': 'cex-with-clevis' },
  ],
  ['no RAID level', raid({}), { '3.0': 'raid-level-unknown', '3.3': 'raid-level-missing' }],
  ['no link target', { storage: { links: [{ path: '/a' }] } }, { '3.0': '', '3.3': 'link-target-missing' }],
  [
    'a merged config without source',
    { ignition: { config: { merge: [{}] } } },
    { '3.0': '', '3.1': 'source-required' },
  ],
  [
    'a certificate authority without source',
    { ignition: { security: { tls: { certificateAuthorities: [{}] } } } },
    { '3.0': 'bad-scheme', '3.1': 'source-required' },
  ],
  [
    'a hash of a merged config without source',
    { ignition: { config: { replace: { verification: { hash: sha('sha512', 128) } } } } },
    { '3.0': '', '3.1': 'hash-without-source' },
  ],
  [
    'a kernel argument both ways',
    { kernelArguments: { shouldExist: ['a'], shouldNotExist: ['a'] } },
    { '3.0': '-', '3.3': 'duplicate' },
  ],
  [
    'headers of a data: source',
    file({ contents: { source: 'data:,', httpHeaders: [{ name: 'a', value: 'b' }] } }),
    { '3.0': '-', '3.1': 'header-scheme' },
  ],
  [
    'a SOCKS proxy',
    { ignition: { proxy: { httpProxy: 'socks5://a' } } },
    { '3.0': '-', '3.1': 'proxy-scheme' },
  ],
] as const)
  test(`validateIgnition() of ${title}, by version`, () => {
    const byVersion: Record<string, string> = expected
    let wanted = ''
    for (const spec of specs) {
      wanted = byVersion[spec.version.slice(0, 3)] ?? wanted
      if (wanted === '-') continue
      const own = 'ignition' in sections ? sections.ignition : {}
      const config = { ...sections, ignition: { version: spec.version, ...own } }
      const codes = validateIgnition(spec, config).map(({ code }) => code.replace('ignition/', ''))
      assert.equal(codes.join(' '), wanted, spec.version)
    }
  })
