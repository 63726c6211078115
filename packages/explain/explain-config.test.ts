import assert from 'node:assert/strict'
import { test } from 'node:test'
import { encodeDataUrl, encodeUtf8, type IgnitionConfig } from '@afloat/ignition'
import { explainConfig } from './explain-config.ts'
import { formatExplanation } from './format-explanation.ts'

const ignition = { version: '3.4.0' }
const data = (text: string) => ({ source: encodeDataUrl(encodeUtf8(text)) })

function lines(config: Omit<IgnitionConfig, 'ignition'>): string[] {
  return formatExplanation(explainConfig({ ignition, ...config }))
    .trimEnd()
    .split('\n')
    .slice(1)
}

test('explainConfig() says of files where they come from, and of every node mode and owner', () => {
  assert.deepEqual(
    lines({
      storage: {
        directories: [{ path: '/srv', mode: 0o1777, user: { id: 1000 }, group: { name: 'www' } }],
        files: [
          { path: '/etc/motd', contents: data('Hällo'), overwrite: true },
          { path: '/opt/tool', mode: 0o755, contents: { source: 'https://me:pw@example.com/tool?key=1' } },
          { path: '/etc/hosts', append: [data('a'), data('bc')] },
          { path: '/empty' },
        ],
        links: [{ path: '/a', target: '/b', hard: true }],
      },
    }),
    [
      'Directories',
      '  1777  1000:www  /srv',
      'Files',
      '  0644  root:root  /etc/motd   6 B, replaces what is there',
      '  0755  root:root  /opt/tool   from https://example.com/tool?…',
      '  0644  root:root  /etc/hosts  appended 1 B, appended 2 B',
      '  0644  root:root  /empty      empty',
      'Links',
      '  /a  hard link to /b',
    ],
  )
})

test('explainConfig() unpacks to tell the size, if it can', () => {
  const config: IgnitionConfig = {
    ignition,
    storage: { files: [{ path: '/a', contents: { ...data('abc'), compression: 'gzip' } }] },
  }
  const contents = (gunzip?: (bytes: Uint8Array) => Uint8Array) =>
    explainConfig(config, gunzip ? { gunzip } : {}).files[0]?.contents
  const expected = { from: 'config', packedBytes: 3, compression: 'gzip', hash: undefined }
  assert.deepEqual(contents(), { ...expected, bytes: undefined })
  assert.deepEqual(
    contents(() => new Uint8Array(2000)),
    { ...expected, bytes: 2000 },
  )
})

test('explainConfig() lists disks from partitions to file systems', () => {
  assert.deepEqual(
    lines({
      kernelArguments: { shouldExist: ['quiet'], shouldNotExist: ['debug'] },
      storage: {
        disks: [
          {
            device: '/dev/vda',
            wipeTable: true,
            partitions: [
              { number: 1, label: 'boot', sizeMiB: 512, startMiB: 1, typeGuid: 'x' },
              { label: 'root', sizeMiB: 0, resize: true },
              { number: 9, shouldExist: false },
            ],
          },
        ],
        raid: [{ name: 'data', level: 'raid1', devices: ['/dev/a', '/dev/b'], spares: 1 }],
        luks: [
          { name: 'a', device: '/dev/c', keyFile: data('secret'), wipeVolume: true },
          { name: 'b', device: '/dev/d', clevis: { tpm2: true, tang: [{ url: 'http://t' }], threshold: 2 } },
          { name: 'c', device: '/dev/e' },
        ],
        filesystems: [
          { device: '/dev/md/data', format: 'ext4', path: '/var', label: 'var', mountOptions: ['ro'] },
        ],
      },
    }),
    [
      'Kernel arguments',
      '  with     quiet',
      '  without  debug',
      'Disks',
      '  /dev/vda  table wiped',
      '    1     boot  512 MiB           from 1 MiB, type x',
      '    next  root  all that is free  resized',
      '    9     -                       deleted',
      'RAID',
      '  data  raid1  /dev/a /dev/b, 1 spare',
      'LUKS',
      '  a  /dev/c  opened by key file, wiped',
      '  b  /dev/d  opened by tpm2, tang http://t (2 needed)',
      '  c  /dev/e  opened by new key',
      'File systems',
      '  /dev/md/data  ext4  /var  label var, options ro',
    ],
  )
})

test('explainConfig() counts keys and never shows a secret', () => {
  const config: Omit<IgnitionConfig, 'ignition'> = {
    passwd: {
      users: [
        { name: 'core', passwordHash: '$y$SECRET', sshAuthorizedKeys: ['SECRET a', 'SECRET b'], uid: 1 },
        { name: 'old', shouldExist: false },
        { name: 'svc', passwordHash: '!', system: true, shell: '/bin/false' },
      ],
      groups: [{ name: 'web', gid: 80, passwordHash: 'SECRET' }],
    },
    storage: {
      luks: [{ name: 'a', device: '/dev/a', keyFile: data('SECRET') }],
      files: [
        {
          path: '/a',
          contents: { source: 'https://h/a?SECRET', httpHeaders: [{ name: 'k', value: 'SECRET' }] },
        },
        {
          path: '/etc/containers/systemd/c.container',
          contents: data('[Container]\nImage=a\nEnvironment="TOKEN=SECRET"\n'),
        },
      ],
    },
  }
  assert.doesNotMatch(JSON.stringify(explainConfig({ ignition, ...config })), /SECRET/)
  assert.deepEqual(lines(config).slice(2, 7), [
    'Users',
    '  core  id 1, password, 2 SSH keys',
    '  old   removed',
    '  svc   system, no password, 0 SSH keys, shell /bin/false',
    'Groups',
  ])
})

test('explainConfig() says in which state units will be', () => {
  const dropins = [{ name: '10.conf', contents: '[Unit]' }, { name: 'gone.conf' }]
  assert.deepEqual(
    lines({
      systemd: {
        units: [
          { name: 'a.service', enabled: true, contents: '[Service]' },
          { name: 'b.service', enabled: false, dropins },
          { name: 'c.service', mask: true },
        ],
      },
    }),
    [
      'Units',
      '  a.service  enabled   written',
      '  b.service  disabled  of the system, drop-ins 10.conf',
      '  c.service  masked    of the system',
    ],
  )
})

test('explainConfig() finds what stands for containers, volumes, networks, extensions and updates', () => {
  const container = `[Unit]
SurviveFinalKillSignal=yes
[Container]
ContainerName=shop
Image=example.com/shop:7
PublishPort=80:80
Network=back.network
HealthCmd=["true"]
PidsLimit=9
PodmanArgs=--memory=512m --cpus=2
Environment="A=1 2" B=3
`
  const update = {
    kind: 'UpdateConfig',
    server: 'https://u/',
    group: 'stable',
    strategy: 'auto',
    windows: [{ start: 'Sat 04:00', durationSec: 5400, timezone: 'Europe/Berlin' }],
    settleSec: 60,
  }
  const volume = '[Volume]\nVolumeName=data\nType=nfs\nDevice=nas:/x\n'
  const explanation = explainConfig({
    ignition,
    storage: {
      files: [
        { path: '/etc/containers/systemd/shop.container', contents: data(container) },
        {
          path: '/etc/containers/systemd/back.network',
          contents: data('[Network]\nSubnet=10.1.0.0/24\nInternal=true\n'),
        },
        { path: '/etc/containers/systemd/data.volume', contents: data(volume) },
        { path: '/var/lib/extensions/tools.raw', contents: { source: 'https://h/tools' } },
        { path: '/etc/containers/systemd/notes.txt', contents: data('') },
        { path: '/etc/afloat/update.json', contents: data(JSON.stringify({ ...update, publicKeys: ['a'] })) },
      ],
    },
  })
  assert.deepEqual(explanation.containers, [
    {
      name: 'shop',
      path: '/etc/containers/systemd/shop.container',
      image: 'example.com/shop:7',
      command: undefined,
      ports: ['80:80'],
      volumes: [],
      networks: ['back'],
      environment: ['A', 'B'],
      restart: undefined,
      health: '["true"]',
      limits: ['memory 512m', 'cpus 2', 'pids 9'],
      survives: true,
    },
  ])
  assert.deepEqual(explanation.networks, [
    {
      name: 'systemd-back',
      path: '/etc/containers/systemd/back.network',
      driver: undefined,
      subnets: ['10.1.0.0/24'],
      internal: true,
      survives: false,
    },
  ])
  assert.deepEqual(explanation.volumes, [
    {
      name: 'data',
      path: '/etc/containers/systemd/data.volume',
      driver: undefined,
      device: 'nas:/x',
      survives: false,
    },
  ])
  assert.deepEqual(
    explanation.extensions.map(({ name, contents }) => [name, contents?.from]),
    [['tools', 'https://h/tools']],
  )
  assert.match(
    formatExplanation(explanation),
    /\nVolumes\n {2}data {2}of nas:\/x\nNetworks\n {2}systemd-back {2}10.1.0.0\/24, internal\nExtensions\n {2}tools {2}from https:\/\/h\/tools\nUpdates\n(.*\n)* {2}acts {12}Sat 04:00 for 90 min, Europe\/Berlin\n/,
  )
  assert.deepEqual(explanation.updates, {
    server: 'https://u/',
    group: 'stable',
    channel: undefined,
    strategy: 'auto',
    kexec: false,
    automatic: true,
    windows: ['Sat 04:00 for 90 min, Europe/Berlin'],
    settleSec: 60,
    publicKeys: 1,
    health: [],
  })
})

test('explainConfig() takes a broken update file for none', () => {
  for (const text of ['', '{', 'null', '{"kind":"Other"}']) {
    const files = [{ path: '/etc/afloat/update.json', contents: data(text) }]
    assert.equal(explainConfig({ ignition, storage: { files } }).updates, undefined)
  }
})

test('explainConfig() follows configs that stand in the config, and not without end', () => {
  const nest = (depth: number): string =>
    JSON.stringify({
      ignition: { version: '3.4.0', config: depth === 0 ? {} : { merge: [data(nest(depth - 1))] } },
    })
  const config = JSON.parse(nest(6)) as IgnitionConfig
  assert.equal(formatExplanation(explainConfig(config)).match(/merged/g)?.length, 4)
  const replace = { ignition: { ...ignition, config: { replace: { source: 'https://h/c.ign' } } } }
  assert.equal(
    formatExplanation(explainConfig(replace)),
    'Ignition 3.4.0\nConfigs\n  used instead  from https://h/c.ign\n',
  )
})

test('formatExplanation() keeps control characters from the terminal', () => {
  assert.deepEqual(lines({ storage: { directories: [{ path: '/a\x1b[2J\n' }] } }), [
    'Directories',
    '  0755  root:root  /a·[2J·',
  ])
})
