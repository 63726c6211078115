import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  formatCmdline,
  formatSignedArguments,
  type PipelineConfig,
  parsePipeline,
  parseSignedArguments,
} from '@afloat/boot2container'
import { seededRandom } from '@afloat/build/testkit/seed'
import { utf8Length } from '@afloat/ignition/utf8'
import fc from 'fast-check'
import { defaultPipeline } from './draft.ts'
import { randomCmdline } from './testing/random-cmdline.ts'

const written = (change: Partial<PipelineConfig>) => formatCmdline({ ...defaultPipeline(), ...change })
const run = (...args: string[]) => ({ containers: [{ args, index: 0 }] })

test('formatCmdline() leaves out what is by default', () => {
  assert.deepEqual(written({}), { cmdline: '', issues: [] })
})

test('formatCmdline() quotes arguments so that no double quote is left', () => {
  assert.equal(written(run('alpine')).cmdline, 'b2c.run=alpine')
  assert.equal(
    written(run('-e', 'A=b c', 'a', '', 'sh', '-c', 'echo "$X" \'y\';\n')).cmdline,
    "b2c.run=\"-e 'A=b c' a '' sh -c $'echo \\x22$X\\x22 \\'y\\';\\n'\"",
  )
})

test('formatCmdline() says what cannot be written, and where', () => {
  const refused = (change: Partial<PipelineConfig>) =>
    written(change).issues.map(({ path, message }) => `${path.join('.')}: ${message}`)
  assert.deepEqual(refused({ hostname: 'a"b' }), [
    'hostname: Cannot write the value as a parameter: it holds "',
  ])
  assert.deepEqual(refused({ keymap: 'a\nb' }), [
    'keymap: Cannot write the value as a parameter: it holds "\\n"',
  ])
  assert.deepEqual(refused({ filesystems: [{ name: 'f', source: 'a,b', options: ['x|y'] }] }), [
    'filesystems.0: Cannot write the value as a parameter: it holds |',
    'filesystems.0: Cannot write the value as a parameter: it holds ,',
  ])
})

const text = fc.string({ unit: fc.constantFrom(...' ab=,|:;\'"\\$`\t\n*ä𝄞-'), maxLength: 12 })
const word = fc.stringMatching(/^[A-Za-z0-9][\w.-]{0,8}$/)
const conditions = fc.uniqueArray(
  fc.constantFrom('pipeline_start', 'container_start', 'container_end', 'pipeline_end', 'changes'),
)
const maybe = <Key extends string, T>(key: Key, value: fc.Arbitrary<T>) =>
  fc
    .option(value, { nil: undefined })
    .map((one) => (one === undefined ? {} : ({ [key]: one } as { [K in Key]: T })))
const bytes = fc.integer({ min: 1, max: 2 ** 50 })
const mirror = fc.tuple(word, word).map((parts) => parts.join('/'))
const containers = fc
  .array(fc.array(text, { maxLength: 5 }), { maxLength: 3 })
  .map((lists) => lists.map((args, index) => ({ args, index })))
const volume = fc
  .tuple(
    fc.record({
      name: word,
      pullOn: conditions,
      pushOn: conditions,
      expiration: fc.constantFrom('never', 'pipeline_end'),
      overwrite: fc.boolean(),
      remove: fc.boolean(),
      exclude: fc.array(word),
      preserve: fc.boolean(),
      resetFscryptKey: fc.boolean(),
    }),
    maybe('filesystem', word),
    maybe('pullFrom', mirror),
    maybe('pushTo', mirror),
    maybe('encryptKey', word),
    maybe('fscryptKey', word),
  )
  .map((parts) => Object.assign({}, ...parts))
const config = fc
  .tuple(
    fc.record({
      services: containers,
      containers,
      postContainers: containers,
      pipefail: fc.boolean(),
      pull: fc.constantFrom('always', 'newer', 'missing', 'never'),
      privileged: fc.boolean(),
      addCapabilities: fc.array(fc.constantFrom('ALL', 'NET_ADMIN')),
      dropCapabilities: fc.array(fc.constantFrom('KILL', 'SYS_TIME')),
      readOnly: fc.boolean(),
      imagePolicy: fc.record({ requireDigest: fc.boolean(), publicKeys: fc.constant([]) }),
      cacheDevice: fc.oneof(
        fc.record({ kind: fc.constantFrom('none', 'auto', 'reset') }),
        fc.record({ kind: fc.constant('device'), path: word.map((name) => `/dev/${name}`) }),
        fc.record({ kind: fc.constant('filesystem'), name: word.map((name) => `x${name}`) }),
      ),
      filesystems: fc.array(
        fc.record({ name: word, source: word.map((name) => `/dev/${name} `), options: fc.array(word) }),
        { maxLength: 2 },
      ),
      volumes: fc.array(volume, { maxLength: 3 }),
      s3Aliases: fc.array(
        fc.record({
          alias: word,
          url: word.map((name) => `https://h/${name}`),
          key: word,
          secret: word.map((name) => `${name}, ${name}`),
        }),
        { maxLength: 2 },
      ),
      interfaces: fc.array(
        fc.record({
          name: word,
          dhcp: fc.boolean(),
          addresses: fc.subarray(['10.0.0.2/24', 'fd00::2/64']),
          routes: fc.subarray([
            { destination: 'default', gateway: 'fe80::1' },
            { destination: '2001:db8::/32', gateway: 'fe80::1' },
            { destination: '10.0.0.0/8', gateway: '10.0.0.1' },
          ]),
          nameservers: fc.subarray(['1.1.1.1', 'fd00::1']),
          forward: fc.boolean(),
        }),
        { maxLength: 2 },
      ),
      modules: fc.array(word),
      hostname: word,
      poweroffDelaySec: fc.integer({ min: 0, max: 99 }),
      onFinish: fc.constantFrom('poweroff', 'reboot', 'rerun', 'soft-reboot', 'hold'),
      reports: fc.subarray([
        { kind: 'console' },
        { kind: 'virtio', port: 'org.afloat.report' },
        { kind: 'virtio', port: 'x' },
        { kind: 'volume', volume: 'a', path: 'b/c d' },
        { kind: 'url', url: 'https://h/p' },
      ]),
      secrets: fc.subarray([
        { name: 'a', source: { kind: 'fw_cfg', key: 'opt/a' } },
        { name: 'b', source: { kind: 'smbios', name: 'b' } },
        { name: 'c', source: { kind: 'file', filesystem: 'fs', path: 'x/y' } },
        { name: 'd', source: { kind: 'https', url: 'https://h/?a,b=c' } },
      ]),
    }),
    maybe('cacheLimitBytes', bytes),
    maybe('swapBytes', bytes),
    maybe(
      'ntpPeer',
      word.map((name) => `h-${name}`),
    ),
    maybe('keymap', word),
    maybe(
      'shutdownCommand',
      word.map((name) => `a; '${name}'`),
    ),
    maybe('rebootCommand', word),
  )
  // Records of the generator have no prototype.
  .map((parts) => JSON.parse(JSON.stringify(Object.assign({}, ...parts))) as PipelineConfig)

test('parsePipeline() reads back what formatCmdline() wrote', () => {
  fc.assert(
    fc.property(config, (pipeline) => {
      const { cmdline, issues } = formatCmdline(pipeline, { limitBytes: 1_000_000 })
      assert.deepEqual(issues, [])
      const { config: read, findings } = parsePipeline(cmdline)
      assert.deepEqual(findings, [])
      assert.deepEqual(read, pipeline)
    }),
  )
})

test('parsePipeline() reads back what did not fit the command line, in the same order', () => {
  const publicKeys = ['ABEiM0RVZneImaq7zN3u/wARIjNEVWZ3iJmqu8zd7v8=']
  fc.assert(
    fc.property(config, fc.integer({ min: 600, max: 2047 }), (pipeline, limitBytes) => {
      const whole = { ...pipeline, extraArgs: { url: 'http://h/x', publicKeys } }
      const { cmdline, extraArguments, issues } = formatCmdline(whole, { limitBytes, before: 'quiet' })
      assert.deepEqual(issues, [])
      assert.ok(utf8Length(cmdline) <= limitBytes)
      const signed = formatSignedArguments(extraArguments ?? '', new Uint8Array(64))
      const { config: read, findings } = parsePipeline(cmdline, signed)
      assert.deepEqual(findings, [])
      assert.deepEqual(read, whole)
    }),
  )
})

test('formatCmdline() writes what any command line was read as', () => {
  fc.assert(
    fc.property(fc.nat(), (seed) => {
      const { config: pipeline } = parsePipeline(randomCmdline(seededRandom(seed)))
      const { cmdline, issues } = formatCmdline(pipeline, { limitBytes: 1_000_000 })
      assert.deepEqual(issues, [])
      assert.deepEqual(parsePipeline(cmdline).config, pipeline, cmdline)
    }),
  )
})

test('formatCmdline() asks for a URL when the line is too long', () => {
  const long = run('docker.io/library/alpine', 'x'.repeat(3000))
  assert.deepEqual(
    written(long).issues.map(({ code }) => code),
    ['b2c/does-not-fit'],
  )
  const split = written({ ...long, extraArgs: { url: 'https://h/x', publicKeys: [] }, pull: 'never' })
  assert.equal(split.cmdline, 'b2c.extra_args_url=https://h/x b2c.pull=never')
  assert.equal(split.extraArguments, `b2c.run="docker.io/library/alpine ${'x'.repeat(3000)}"\n`)
})

test('parseSignedArguments() takes the signature off, and only one at the end', () => {
  const signature = Uint8Array.from({ length: 64 }, (_, at) => at * 3)
  const signed = formatSignedArguments('b2c.run=a\n', signature)
  assert.deepEqual(parseSignedArguments(signed), { text: 'b2c.run=a\n', signature })
  assert.deepEqual(parseSignedArguments(signed.trimEnd()), { text: 'b2c.run=a\n', signature })
  assert.deepEqual(parseSignedArguments(formatSignedArguments('', signature)), { text: '', signature })
  for (const bad of [`${signed}b2c.run=b\n`, `${signed} `, signed.replace('==', '='), 'b2c.run=a\n', ''])
    assert.deepEqual(parseSignedArguments(bad), { text: bad })
})
