import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkCmdline, describePipeline, formatCmdline, parsePipeline, redact } from '@afloat/boot2container'
import fc from 'fast-check'
import type { PipelineConfig } from './config.ts'
import { defaultPipeline } from './draft.ts'

const read = (cmdline: string, more?: string): PipelineConfig => parsePipeline(cmdline, more).config

/** What differs from the defaults; a command line without findings. */
function changed(cmdline: string, more?: string): Partial<PipelineConfig> {
  const { config, findings } = parsePipeline(cmdline, more)
  assert.deepEqual(findings, [])
  const defaults = new Map(Object.entries(defaultPipeline()))
  const entries = Object.entries(config).filter(
    ([key, value]) => JSON.stringify(value) !== JSON.stringify(defaults.get(key)),
  )
  return Object.fromEntries(entries)
}

const codes = (cmdline: string, more?: string) =>
  parsePipeline(cmdline, more).findings.map(({ code, offset }) => `${offset} ${code}`)

test('parsePipeline() takes what is not its own for what it is', () => {
  assert.deepEqual(changed('quiet console=ttyS0 ip=dhcp "x y" xb2c.run=a --'), {})
  assert.deepEqual(changed(''), {})
})

test('parsePipeline() reads containers under both names, in order, and splits their arguments like a shell', () => {
  assert.deepEqual(
    changed(
      'b2c.container="-ti alpine sh -c \'echo a;  b\'" b2c.run=two b2c.service="s\\ 1 \'\'" b2c.run_service=s2 b2c.post_container=p b2c.run_post="$\'a\\x22\\n\'"',
    ),
    {
      containers: [
        { args: ['-ti', 'alpine', 'sh', '-c', 'echo a;  b'], index: 0 },
        { args: ['two'], index: 1 },
      ],
      services: [
        { args: ['s 1', ''], index: 0 },
        { args: ['s2'], index: 1 },
      ],
      postContainers: [
        { args: ['p'], index: 0 },
        { args: ['a"\n'], index: 1 },
      ],
    },
  )
})

test('parsePipeline() reads the options of containers and images', () => {
  const key = 'ABEiM0RVZneImaq7zN3u/wARIjNEVWZ3iJmqu8zd7v8='
  const { imagePolicy, ...rest } = changed(
    `b2c.pipefail b2c.pull=never b2c.privileged=no b2c.cap_add=cap_net_admin,SYS_TIME b2c.cap_add=ALL b2c.cap_drop=KILL b2c.read_only b2c.require=digest,signature b2c.image_key=${key}`,
  )
  assert.deepEqual(rest, {
    pipefail: true,
    pull: 'never',
    privileged: false,
    addCapabilities: ['NET_ADMIN', 'SYS_TIME', 'ALL'],
    dropCapabilities: ['KILL'],
    readOnly: true,
  })
  assert.equal(imagePolicy?.requireDigest, true)
  assert.equal(imagePolicy?.requireSignature, true)
  assert.match(
    imagePolicy?.publicKeys[0] ?? '',
    /^-----BEGIN PUBLIC KEY-----\nMCow[\w+/]+=*\n-----END PUBLIC KEY-----\n$/,
  )
})

test('parsePipeline() reads cache, swap and file systems', () => {
  assert.deepEqual(changed('b2c.cache_device=auto').cacheDevice, { kind: 'auto' })
  assert.deepEqual(changed('b2c.cache_device=reset b2c.swap=1M').cacheDevice, { kind: 'reset' })
  assert.deepEqual(changed('b2c.cache_device=/dev/sda1').cacheDevice, { kind: 'device', path: '/dev/sda1' })
  assert.deepEqual(
    changed(
      'b2c.cache_device=fs b2c.cache_limit=1.5GB b2c.swap=512M b2c.filesystem=fs,src=LABEL=x,type=ext4,opts=ro|noatime b2c.filesystem=n,src=h:/p',
    ),
    {
      cacheDevice: { kind: 'filesystem', name: 'fs' },
      cacheLimitBytes: 1_500_000_000,
      swapBytes: 512 * 1024 * 1024,
      filesystems: [
        { name: 'fs', source: 'LABEL=x', options: ['ro', 'noatime'], type: 'ext4' },
        { name: 'n', source: 'h:/p', options: [] },
      ],
    },
  )
})

test('parsePipeline() reads volumes and S3 aliases', () => {
  const plain = {
    pullOn: [],
    pushOn: [],
    expiration: 'never',
    overwrite: false,
    remove: false,
    exclude: [],
    preserve: false,
    resetFscryptKey: false,
  }
  assert.deepEqual(
    changed(
      'b2c.volume=a b2c.volume=b,filesystem=fs,mirror=m/b/p,pull_on=pipeline_start|container_start,push_on=container_end|pipeline_end|changes,expiration=pipeline_end,overwrite,remove,exclude=*.tmp,exclude=c,encrypt_key=k,preserve,fscrypt_key=secret:f,fscrypt_reset_key b2c.volume=c,mirror=m/b,push_to=n/d b2c.minio=m,https://s3/,k,a,b',
    ),
    {
      volumes: [
        { ...plain, name: 'a' },
        {
          name: 'b',
          filesystem: 'fs',
          pullFrom: 'm/b/p',
          pushTo: 'm/b/p',
          pullOn: ['pipeline_start', 'container_start'],
          pushOn: ['container_end', 'pipeline_end', 'changes'],
          expiration: 'pipeline_end',
          overwrite: true,
          remove: true,
          exclude: ['*.tmp', 'c'],
          encryptKey: 'k',
          preserve: true,
          fscryptKey: 'secret:f',
          resetFscryptKey: true,
        },
        { ...plain, name: 'c', pullFrom: 'm/b', pushTo: 'n/d' },
      ],
      s3Aliases: [{ alias: 'm', url: 'https://s3/', key: 'k', secret: 'a,b' }],
    },
  )
})

test('parsePipeline() reads the network and the clock', () => {
  assert.deepEqual(
    changed(
      'b2c.iface=eth0,address=10.0.0.2/24,address=fd00::2/64,gateway=10.0.0.1,route=10.1.0.0/16:10.0.0.9,route=10.9.9.9:10.0.0.9,route=default:fe80::1,route=2001:db8::/32:fe80::1,route=[2001:db8::7]:[fe80::1],nameserver=1.1.1.1,nameserver=fd00::1,forward b2c.iface=en1,auto b2c.ntp_peer=auto',
    ),
    {
      interfaces: [
        {
          name: 'eth0',
          dhcp: false,
          addresses: ['10.0.0.2/24', 'fd00::2/64'],
          gateway: '10.0.0.1',
          routes: [
            { destination: '10.1.0.0/16', gateway: '10.0.0.9' },
            { destination: '10.9.9.9/32', gateway: '10.0.0.9' },
            { destination: 'default', gateway: 'fe80::1' },
            { destination: '2001:db8::/32', gateway: 'fe80::1' },
            { destination: '2001:db8::7/128', gateway: 'fe80::1' },
          ],
          nameservers: ['1.1.1.1', 'fd00::1'],
          forward: true,
        },
        { name: 'en1', dhcp: true, addresses: [], routes: [], nameservers: [], forward: false },
      ],
      ntpPeer: 'pool.ntp.org',
    },
  )
  assert.equal(read('b2c.ntp_peer=10.0.0.1').ntpPeer, '10.0.0.1')
  assert.equal('ntpPeer' in read('b2c.ntp_peer=a b2c.ntp_peer=none'), false)
})

test('parsePipeline() reads what else there is', () => {
  assert.deepEqual(
    changed(
      'b2c.extra_args_key=ABEiM0RVZneImaq7zN3u/wARIjNEVWZ3iJmqu8zd7v8= b2c.extra_args_url=http://h/a?b=c b2c.insmods=a.ko,b.ko b2c.hostname=h b2c.keymap=de b2c.poweroff_delay=1.5 b2c.shutdown_cmd="sync; poweroff -f" b2c.reboot_cmd=kexec b2c.on_finish=soft-reboot b2c.report=console b2c.report=virtio b2c.report=virtio:x.y b2c.report=volume:v/a/b b2c.report=https://h/p',
    ),
    {
      extraArgs: { url: 'http://h/a?b=c', publicKeys: ['ABEiM0RVZneImaq7zN3u/wARIjNEVWZ3iJmqu8zd7v8='] },
      modules: ['a.ko', 'b.ko'],
      hostname: 'h',
      keymap: 'de',
      poweroffDelaySec: 1.5,
      shutdownCommand: 'sync; poweroff -f',
      rebootCommand: 'kexec',
      onFinish: 'soft-reboot',
      reports: [
        { kind: 'console' },
        { kind: 'virtio', port: 'org.afloat.report' },
        { kind: 'virtio', port: 'x.y' },
        { kind: 'volume', volume: 'v', path: 'a/b' },
        { kind: 'url', url: 'https://h/p' },
      ],
    },
  )
  assert.deepEqual(
    changed(
      'b2c.secret=a,from=fw_cfg:opt/org.example/k b2c.secret=b,from=smbios:c b2c.secret=d,from=file:fs/x/y b2c.secret=e,from=https://h/?a,b=c',
    ).secrets,
    [
      { name: 'a', source: { kind: 'fw_cfg', key: 'opt/org.example/k' } },
      { name: 'b', source: { kind: 'smbios', name: 'c' } },
      { name: 'd', source: { kind: 'file', filesystem: 'fs', path: 'x/y' } },
      { name: 'e', source: { kind: 'https', url: 'https://h/?a,b=c' } },
    ],
  )
})

test('parsePipeline() appends extra arguments: lists grow, of others the last one counts', () => {
  const { config, findings } = parsePipeline(
    'b2c.run=a b2c.pull=never b2c.extra_args_url=http://one/',
    'b2c.run=b\nb2c.pull=always\nb2c.extra_args_url=http://two/\n',
  )
  assert.deepEqual(
    config.containers.map(({ args }) => args[0]),
    ['a', 'b'],
  )
  assert.equal(config.pull, 'always')
  assert.equal(config.extraArgs?.url, 'http://one/')
  assert.deepEqual(
    findings.map(({ code, in: where, offset }) => [code, where, offset]),
    [
      ['b2c/given-twice', 'extra-arguments', 10],
      ['b2c/not-in-extra-arguments', 'extra-arguments', 26],
    ],
  )
})

test('parsePipeline() places what it finds, in quotes too', () => {
  assert.deepEqual(codes('b2c.pipfail'), ['0 b2c/unknown-parameter'])
  assert.deepEqual(codes('b2c.volume="a,b c"'), ['14 b2c/unknown-field'])
  assert.deepEqual(codes('"b2c.volume=a,pull_on=x|changes|y"'), [
    '22 b2c/unknown-word',
    '32 b2c/unknown-word',
  ])
  assert.deepEqual(codes('b2c.run="a\tb \'c"'), ['13 b2c/bad-arguments'])
  assert.deepEqual(codes('b2c.run="a'), ['0 b2c/unclosed-quote'])
})

test('parsePipeline() goes back to the default when the last value is none', () => {
  assert.equal('swapBytes' in read('b2c.swap=1G b2c.swap=x'), false)
  assert.equal(read('b2c.hostname=a b2c.hostname=').hostname, 'boot2container')
  assert.equal('extraArgs' in read('b2c.extra_args_url=http://h/ b2c.extra_args_url='), false)
  assert.deepEqual(read('b2c.cache_device=auto b2c.cache_device=!').cacheDevice, { kind: 'none' })
})

test('parsePipeline() errs on the safe side', () => {
  const { config } = parsePipeline('b2c.privileged=nope b2c.require=digset b2c.image_key=x b2c.read_only=yea')
  assert.equal(config.privileged, false)
  assert.deepEqual(config.imagePolicy, { requireDigest: true, requireSignature: true, publicKeys: ['x'] })
  assert.equal(config.readOnly, true)
  assert.deepEqual(read('b2c.extra_args_url=http://h/ b2c.extra_args_key=x').extraArgs?.publicKeys, ['x'])
})

test('redact() hides secrets wherever they stand, also behind a mistyped name', () => {
  const shown = (text: string) => redact(text, parsePipeline(text).secrets)
  assert.equal(shown('b2c.minio=m,http://h/,key,s,t x'), 'b2c.minio=m,http://h/,***,*** x')
  assert.equal(shown('b2c.minio="m,http://u:p@h/,secret:k,s"'), 'b2c.minio="m,http://***@h/,secret:k,*"')
  assert.equal(shown('b2c.volume=a,fscrypt_key=abc,remove'), 'b2c.volume=a,fscrypt_key=***,remove')
  assert.equal(
    shown('b2c.volume=a,encrypt_key=m/b=abc= b2c.volume=b,encrypt_key=secret:k'),
    'b2c.volume=a,encrypt_key=******** b2c.volume=b,encrypt_key=secret:k',
  )
  assert.equal(
    shown('b2c.volume=a,fscrypt-key=abc b2c.mino=abc'),
    'b2c.volume=a,fscrypt-key=*** b2c.mino=***',
  )
  assert.equal(shown('b2c.volume=a,fscrypt_reset_key=abc'), 'b2c.volume=a,fscrypt_reset_key=***')
  assert.equal(shown('b2c.minio:m,k,s x'), 'b2c.minio****** x')
  assert.equal(shown('b2c.run="--creds=u:p --creds u:p a"'), 'b2c.run="--creds=*** --creds *** a"')
  assert.equal(shown('b2c.secret=a,from=https://u:p@h/'), 'b2c.secret=a,from=https://***@h/')
})

test('parsePipeline() and all that follows it take any text', () => {
  const piece = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 8 }),
    fc.constantFrom(
      ' ',
      '"',
      "'",
      ',',
      '=',
      '|',
      ':',
      '/',
      '\\',
      "$'",
      'b2c.',
      'run=',
      'volume=',
      'fscrypt_key=',
      'minio=',
    ),
    fc.constantFrom(
      'iface=',
      'route=',
      'secret=',
      'from=',
      'file:',
      'report=',
      'swap=',
      'image_key=',
      'extra_args_key=',
    ),
  )
  const text = fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join(''))
  fc.assert(
    fc.property(text, text, (cmdline, more) => {
      const { parsed, findings } = checkCmdline(cmdline, more)
      describePipeline(parsed.config)
      formatCmdline(parsed.config)
      for (const { offset, in: where } of [...findings, ...parsed.secrets])
        assert.ok(offset >= 0 && offset <= (where === 'cmdline' ? cmdline : more).length)
    }),
  )
})
