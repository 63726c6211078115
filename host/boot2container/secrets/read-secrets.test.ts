import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Secret, SecretSource } from '@afloat/boot2container'
import { AfloatError } from '@afloat/report'
import { FakeSys } from '../../sys/fake-sys.ts'
import { encodeUtf8 } from '../../sys/utf8.ts'
import { offerSecrets, withdrawSecrets } from './offer-secrets.ts'
import { readSecrets } from './read-secrets.ts'

const fwCfg = '/sys/firmware/qemu_fw_cfg/by_name'

function machine(): FakeSys {
  const sys = new FakeSys({
    files: {
      '/sys/module/qemu_fw_cfg/initstate': 'live\n',
      [`${fwCfg}/opt/org.example/token/raw`]: 'from-fw-cfg\n',
      [`${fwCfg}/opt/pin/raw`]: '123\n',
      '/mnt/keys/dir/key': '-----KEY-----\nabc\n-----END-----\n\n',
    },
  })
  sys.addFile(`${fwCfg}/opt/raw/raw`, Uint8Array.of(0x61, 0xff, 0x62, 0x63, 0x64))
  const strings = [
    'io.systemd.credential:plainer=no',
    'io.systemd.credential:plain=a=b c',
    'io.systemd.credential.binary:coded=cMOkc3N3b3Jk',
  ]
  const table = `\x0b\x05\x01\x01\x03${strings.map((text) => `${text}\0`).join('')}\0`
  sys.addFile('/sys/firmware/dmi/tables/DMI', encodeUtf8(table))
  return sys
}

function read(source: SecretSource, sys = machine(), name = 'it'): string {
  return readSecrets(
    sys,
    { secrets: [{ name, source }], s3Aliases: [], volumes: [] },
    (fs) => `/mnt/${fs}`,
  ).get(`secret:${name}`)
}

const codeOf = (run: () => unknown): string => {
  try {
    return String(run())
  } catch (error) {
    return error instanceof AfloatError ? error.code : String(error)
  }
}

test('readSecrets() reads from each place', () => {
  assert.equal(read({ kind: 'fw_cfg', key: 'opt/org.example/token' }), 'from-fw-cfg')
  assert.equal(read({ kind: 'smbios', name: 'plain' }), 'a=b c')
  assert.equal(read({ kind: 'smbios', name: 'coded' }), 'pässword')
  assert.equal(
    read({ kind: 'file', filesystem: 'keys', path: '/dir/key' }),
    '-----KEY-----\nabc\n-----END-----\n',
  )
})

test('readSecrets() fetches with the address out of sight, and leaves no file', () => {
  const sys = machine()
  sys.addProgram('curl', (args, { input }, at) => {
    const target = args[args.indexOf('--output') + 1]!
    assert.equal(at.stat(target)?.mode, 0o600)
    assert.equal(input, 'url = "https://vault.example/key?token=t0ken"\n')
    assert.ok(args.includes('=https'))
    at.writeFile(target, 'fetched\r\n')
    return { stdout: '200' }
  })
  assert.equal(read({ kind: 'https', url: 'https://vault.example/key?token=t0ken' }, sys), 'fetched')
  assert.ok(!sys.commands.join('\n').includes('t0ken'))
  assert.deepEqual(sys.list('/run/afloat'), [])
})

test('readSecrets() names the pack that knows https:', () => {
  assert.equal(
    codeOf(() => read({ kind: 'https', url: 'https://vault.example/key' })),
    'b2c/pack-missing',
  )
})

test('readSecrets() says which secret is missing, unknown or of no use, and where it looked', () => {
  assert.equal(
    codeOf(() => read({ kind: 'fw_cfg', key: 'opt/none' })),
    'b2c/secret-missing',
  )
  assert.equal(
    codeOf(() => read({ kind: 'smbios', name: 'none' })),
    'b2c/secret-missing',
  )
  assert.equal(
    codeOf(() => read({ kind: 'smbios', name: 'plainer' })),
    'b2c/secret-too-short',
  )
  assert.equal(
    codeOf(() => read({ kind: 'fw_cfg', key: 'opt/pin' })),
    'b2c/secret-too-short',
  )
  assert.equal(
    codeOf(() => read({ kind: 'fw_cfg', key: 'opt/raw' })),
    'b2c/secret-not-text',
  )
  assert.throws(
    () => read({ kind: 'file', filesystem: 'keys', path: 'none' }),
    new AfloatError(
      'b2c/secret-missing',
      'Cannot read secret "it": nothing at "none" of file system "keys"',
      { hint: 'Check the name on both sides, and that the machine is given it' },
    ),
  )
  const secrets = readSecrets(machine(), { secrets: [], s3Aliases: [], volumes: [] }, String)
  assert.throws(() => secrets.get('secret:other'), /Cannot find secret "other": there are none/)
  assert.equal(secrets.get('as it is'), 'as it is')
})

const volume = {
  name: 'v',
  pullOn: [],
  pushOn: [],
  expiration: 'never' as const,
  overwrite: false,
  remove: false,
  exclude: [],
  preserve: false,
  resetFscryptKey: false,
}

test('readSecrets() hides what has a name and what is written out in the parameters', () => {
  const secrets: Secret[] = [{ name: 'token', source: { kind: 'fw_cfg', key: 'opt/org.example/token' } }]
  const { redact } = readSecrets(
    machine(),
    {
      secrets,
      s3Aliases: [{ alias: 's3', url: 'http://s3', key: 'user', secret: 'pass' }],
      volumes: [{ ...volume, fscryptKey: 'QUJDREVG', encryptKey: 's3/bucket=0123456789' }],
    },
    String,
  )
  assert.equal(
    redact('from-fw-cfg user pass QUJDREVG s3/bucket=0123456789 rest'),
    '(hidden) (hidden) (hidden) (hidden) s3/bucket=(hidden) rest',
  )
})

for (const [encryptKey, value, said] of [
  ['QUJDREVGR0g/x=', '', 'QUJDREVGR0g/x='],
  ['QUJDREVGR0g/x=', '', 'QUJDREVGR0g/x'],
  ['s3/bucket=QUJDREVG', '', 'QUJDREVG'],
  ['secret:key', 's3/bucket=QUJDREVG==', 'QUJDREVG'],
  ['secret:none', '', ''],
] as const)
  test(`readSecrets() hides the key of encrypt_key=${encryptKey} as ${JSON.stringify(said)}`, () => {
    const sys = new FakeSys({ files: { '/mnt/keys/key': value } })
    const source: SecretSource = { kind: 'file', filesystem: 'keys', path: 'key' }
    const s3Aliases = [{ alias: 's3', url: 'http://s3', key: 'user', secret: 'pass' }]
    const config = {
      secrets: value === '' ? [] : [{ name: 'key', source }],
      s3Aliases,
      volumes: [{ ...volume, encryptKey }],
    }
    const { redact } = readSecrets(sys, config, (name) => `/mnt/${name}`)
    assert.equal(redact(`Key (${said}) was wrong`), `Key (${said && '(hidden)'}) was wrong`)
  })

test('offerSecrets() gives podman the values by files of root, and withdrawSecrets() takes them back', () => {
  const sys = new FakeSys()
  const given: unknown[] = []
  sys.addProgram('podman', (args) => {
    const file = args.at(-1)!
    if (args[1] === 'create') given.push([sys.readText(file), sys.stat(file)?.mode])
    return {}
  })
  const secrets = { named: new Map([['token', 'value']]) }
  const home = '/run/afloat/podman-secrets'
  offerSecrets(sys, secrets)
  assert.equal(sys.stat(home)?.mode, 0o700)
  assert.deepEqual(sys.list(home), [])
  withdrawSecrets(sys)
  assert.deepEqual(sys.commands, [
    `podman secret create --replace --driver file --driver-opts path=${home} token ${home}/token.new`,
  ])
  assert.deepEqual(given, [['value', 0o600]])
  assert.equal(sys.exists(home), false)
})
