import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  base64DataUrl,
  configMeaning,
  encodeDataUrl,
  encodeUtf8,
  formatIgnition,
  specs,
} from '@afloat/ignition'
import { arbitraryConfig, fakeGunzip, fakeGzip } from '@afloat/ignition/testing/arbitrary-config'
import fc from 'fast-check'
import { compileConfig } from '../compile-config.ts'
import { type DecompileOptions, decompileConfig } from './decompile-config.ts'

function yaml(config: object, options: DecompileOptions = {}): string {
  const result = decompileConfig(JSON.stringify(config), { gunzip: fakeGunzip, ...options })
  assert.deepEqual(result.report.diagnostics, [])
  return result.yaml!
}

function problems(config: object, options: DecompileOptions = {}): string[] {
  const { yaml, report } = decompileConfig(JSON.stringify(config), options)
  assert.equal(yaml === undefined, report.hasErrors)
  return report.diagnostics.map(
    ({ severity, code, path, line, column }) =>
      `${severity} ${code.replace(/^butane\//, '')} ${path} ${line}:${column}`,
  )
}

const config = (version: string, more: object = {}) => ({ ignition: { version }, ...more })
const file = (contents: object) => config('3.4.0', { storage: { files: [{ path: '/a', contents }] } })
const data = (text: string) => encodeDataUrl(encodeUtf8(text))

test('decompileConfig() writes text as text, modes in octal, and what a thing is called first', () => {
  const source = config('3.3.0', {
    systemd: {
      units: [
        {
          contents: '[Service]\nExecStart=/a\n[Install]\nAlias=b.service\n',
          enabled: true,
          name: 'a.service',
        },
      ],
    },
    storage: {
      files: [{ contents: { source: data('Hello\n') }, mode: 0o644, path: '/etc/motd', user: { id: 7 } }],
    },
    kernelArguments: { shouldExist: ['quiet'] },
  })
  assert.equal(
    yaml(source),
    `variant: flatcar
version: 1.0.0
kernel_arguments:
  should_exist:
    - quiet
storage:
  files:
    - path: /etc/motd
      mode: 0644
      user:
        id: 7
      contents:
        inline: |
          Hello
systemd:
  units:
    - name: a.service
      enabled: true
      contents: |
        [Service]
        ExecStart=/a
        [Install]
        Alias=b.service
`,
  )
})

for (const [spec, variant] of [
  ['3.0.0', 'fcos 1.0.0'],
  ['3.1.0', 'fcos 1.1.0'],
  ['3.2.0', 'fcos 1.3.0'],
  ['3.3.0', 'flatcar 1.0.0'],
  ['3.4.0', 'flatcar 1.1.0'],
  ['3.5.0', 'fcos 1.6.0'],
  ['3.6.0', 'fcos 1.7.0'],
  ['3.7.0-experimental', 'fcos 1.8.0-experimental'],
] as const)
  test(`decompileConfig() writes Ignition ${spec} as ${variant}`, () => {
    const [name, version] = variant.split(' ')
    assert.equal(yaml(config(spec)), `variant: ${name}\nversion: ${version}\n`)
  })

test('decompileConfig() unpacks text and leaves bytes that are no text', () => {
  const contents = (resource: object) =>
    yaml(file(resource))
      .replace(/^.*contents:\n/s, '')
      .replaceAll(/^ +/gm, '')
  const packed = base64DataUrl(fakeGzip(encodeUtf8('text')))
  assert.equal(contents({ source: packed, compression: 'gzip' }), 'inline: text\n')
  assert.equal(contents({ source: packed }), `source: ${packed}\n`.replace(/ (.*)\n/, ' $1\n'))
  const broken = { source: 'data:,text', compression: 'gzip' }
  assert.equal(contents(broken), 'source: data:,text\ncompression: gzip\n')
  assert.equal(contents({ source: 'data:,%00' }), 'source: data:,%00\n')
  assert.equal(contents({ source: 'data:;base64,/w==' }), 'source: data:;base64,/w==\n')
  assert.equal(contents({ source: 'data:,' }), 'inline: ""\n')
  const noGunzip = yaml(file({ source: packed, compression: 'gzip' }), { gunzip: () => assert.fail() })
  assert.match(noGunzip, /compression: gzip/)
})

test('decompileConfig() writes configs to merge as text only if they are valid', () => {
  const merge = (source: string) => ({ ignition: { version: '3.4.0', config: { merge: [{ source }] } } })
  assert.match(yaml(merge(data('{"ignition":{"version":"3.4.0"}}'))), /inline: '\{"ignition"/)
  assert.match(yaml(merge(data('{"ignition":{"version":"1"}}'))), /source: data:/)
  const twice = { ignition: { version: '3.4.0', config: { merge: [] as object[] } } }
  const inner = '{"ignition":{"version":"3.4.0"}}'
  twice.ignition.config.merge = [{ source: `data:,${inner}` }, { source: base64DataUrl(encodeUtf8(inner)) }]
  assert.equal(yaml(twice).match(/source: .?data:/g)?.length, 2)
})

test('decompileConfig() places what a variant refuses', () => {
  const clevis = { name: 'a', device: '/dev/a', clevis: { tpm2: true } }
  const luks = config('3.4.0', { storage: { luks: [clevis] } })
  assert.deepEqual(problems(luks), ['error clevis-not-supported $.storage.luks.0.clevis 1:91'])
  assert.match(yaml(luks, { variant: 'fcos' }), /tpm2: true/)
  assert.deepEqual(problems(luks, { variant: 'r4e' }), ['error luks-not-supported $.storage.luks 1:51'])
  assert.deepEqual(problems(luks, { variant: 'afloat' }), [
    'error ignition/unsupported-section $.storage.luks 1:51',
  ])
  assert.deepEqual(problems(config('3.4.0'), { variant: 'openshift' }), [
    'error decompile-wrapped $.ignition.version 1:24',
  ])
  assert.deepEqual(problems(config('3.6.0'), { variant: 'afloat' }), [
    'error decompile-version-too-new $.ignition.version 1:24',
  ])
  assert.deepEqual(problems(config('3.4.0'), { variant: 'flat' }), [
    'error decompile-variant-unknown $.ignition.version 1:24',
  ])
})

test('decompileConfig() says when a variant raises the version, and refuses to wake special modes', () => {
  assert.deepEqual(problems(config('3.1.0'), { variant: 'flatcar' }), [
    'warning decompile-version-raised $.ignition.version 1:24',
  ])
  const setuid = config('3.5.0', { storage: { files: [{ path: '/a', mode: 0o4755 }] } })
  assert.ok(
    problems(setuid, { variant: 'flatcar' }).includes(
      'error decompile-special-mode $.storage.files.0.mode 1:73',
    ),
  )
})

test('decompileConfig() reports what is wrong with the config', () => {
  assert.deepEqual(problems(config('3.4.0', { storage: { files: [{}] } })), [
    'error ignition/path-missing $.storage.files.0.path 1:53',
  ])
  assert.equal(decompileConfig('variant: x').yaml, undefined)
})

test('decompileConfig() writes YAML that compiles to the same config', () => {
  const variant = fc.constantFrom({}, { variant: 'fcos' })
  fc.assert(
    fc.property(fc.oneof(...specs.map(arbitraryConfig)), variant, (wanted, options) => {
      const { yaml, report } = decompileConfig(formatIgnition(wanted), { gunzip: fakeGunzip, ...options })
      if (yaml !== undefined) {
        const { ignition } = compileConfig(yaml)
        assert.equal(configMeaning(ignition!, fakeGunzip), configMeaning(wanted, fakeGunzip), yaml)
        return
      }
      const errors = report.diagnostics.filter(({ severity }) => severity === 'error')
      assert.ok(!('variant' in options) && errors.length > 0)
      assert.ok(errors.every(({ code }) => code === 'butane/clevis-not-supported'))
    }),
  )
})
