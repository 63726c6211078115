import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseImage } from '@afloat/boot2container/parse-image'
import { decodeDataUrl, decodeUtf8 } from '@afloat/ignition'
import fc from 'fast-check'
import { compileConfig } from '../../compile-config.ts'
import { parsePort } from './parse-port.ts'
import { parseVolume } from './parse-volume.ts'

const HEAD = 'variant: afloat\nversion: 1.0.0\n'

function filesOf(text: string): Record<string, string> {
  const { ignition, report } = compileConfig(text)
  assert.equal(report.hasErrors, false, JSON.stringify(report.diagnostics))
  const files = (ignition!.storage?.files ?? []).map(({ path, contents }) => [
    path,
    decodeUtf8(decodeDataUrl(contents!.source!))!,
  ])
  return Object.fromEntries(files)
}

function entries(text: string): string[] {
  return compileConfig(HEAD + text).report.diagnostics.map(
    ({ severity, code, path, line, column }) =>
      `${severity} ${code.replace('butane/', '')} ${path} ${line}:${column}`,
  )
}

test('afloat 1.0.0 writes a Quadlet file for a container', () => {
  assert.deepEqual(
    filesOf(`${HEAD}containers:
  - name: web
    image: registry.test/web:1
    command: serve --title "Hello world" $PATH
    ports: ["8080:80", "127.0.0.1:53:53/udp"]
    volumes: ["data:/var/lib/web", "/srv/site:/site:ro,Z"]
    environment: {GREETING: say "hi", RATE: 50%, COST: $5, N: 1, LINES: "a\\nb"}
`),
    {
      '/etc/containers/systemd/web.container': `# Written by afloat config compile
[Unit]
Description=Container web
Wants=network-online.target
After=network-online.target

[Container]
ContainerName=web
Image=registry.test/web:1
Exec=serve --title "Hello world" $$PATH
PublishPort=8080:80
PublishPort=127.0.0.1:53:53/udp
Volume=data:/var/lib/web
Volume=/srv/site:/site:ro,Z
Environment="GREETING=say \\"hi\\""
Environment=RATE=50%%
Environment=COST=$$5
Environment=N=1
Environment="LINES=a\\nb"

[Service]
Restart=always
RestartSec=5
TimeoutStartSec=900

[Install]
WantedBy=multi-user.target
`,
    },
  )
})

test('afloat 1.0.0 lets a container and its network survive a soft reboot', () => {
  const survival = `DefaultDependencies=no
IgnoreOnIsolate=yes
SurviveFinalKillSignal=yes
After=basic.target
Conflicts=reboot.target kexec.target poweroff.target halt.target rescue.target emergency.target
Before=shutdown.target reboot.target kexec.target poweroff.target halt.target rescue.target emergency.target
`
  const files = filesOf(`${HEAD}containers:
  - {name: a, image: r.test/a, network: front}
  - {name: b, image: r.test/b, network: front, survive: true, restart: on-failure, command: [x, y z]}
`)
  assert.deepEqual(Object.keys(files), [
    '/etc/containers/systemd/a.container',
    '/etc/containers/systemd/b.container',
    '/etc/containers/systemd/front.network',
  ])
  assert.equal(files['/etc/containers/systemd/a.container']?.includes(survival), false)
  assert.equal(files['/etc/containers/systemd/b.container']?.includes(survival), true)
  assert.match(files['/etc/containers/systemd/b.container'] ?? '', /^Exec=x "y z"\nNetwork=front\.network$/m)
  assert.match(files['/etc/containers/systemd/b.container'] ?? '', /^Restart=on-failure$/m)
  assert.equal(files['/etc/containers/systemd/front.network']?.includes(survival), true)
})

test('afloat 1.0.0 leaves a network to the user who describes it', () => {
  const files = filesOf(`${HEAD}containers: [{name: a, image: r.test/a, network: front}]
storage: {files: [{path: /etc/containers/systemd/front.network, contents: {inline: mine}}]}
`)
  assert.equal(files['/etc/containers/systemd/front.network'], 'mine')
})

test('afloat 1.0.0 writes the hostname', () => {
  assert.deepEqual(filesOf(`${HEAD}hostname: box-1.lan\n`), { '/etc/hostname': 'box-1.lan\n' })
  for (const name of ['-a', 'a_b', 'a..b', 'x'.repeat(65), 'ü'])
    assert.deepEqual(entries(`hostname: ${name}`), ['error bad-hostname $.hostname 3:11'])
})

test('afloat 1.0.0 takes unknown keys for errors, except x-', () => {
  assert.deepEqual(entries('x-shared: &s {image: r.test/a}\ncontainers: [{<<: *s, name: a}]'), [])
  assert.deepEqual(entries('contaners: []'), ['error unknown-key $.contaners 3:1'])
  assert.deepEqual(entries('storage: {files: [{path: /a, mode: 10.5}]}'), [
    'error wrong-type $.storage.files.0.mode 3:36',
  ])
})

test('afloat 1.0.0 refuses what would not be applied', () => {
  assert.deepEqual(entries('storage: {disks: [{device: /dev/a}]}'), [
    'error ignition/unsupported-section $.storage.disks 3:18',
  ])
})

test('afloat 1.0.0 places a clash with a user file at the container', () => {
  assert.deepEqual(
    entries(
      'containers: [{name: a, image: r.test/a}]\nstorage: {files: [{path: /etc/containers/systemd/a.container}]}',
    ),
    ['error ignition/duplicate $.containers.0 3:14'],
  )
})

for (const [title, container, expected] of [
  ['no name', '{image: r.test/a}', ['error container-name-missing $.containers.0.name 3:14']],
  ['a bad name', '{name: a b, image: r.test/a}', ['error container-name $.containers.0.name 3:21']],
  ['no image', '{name: a}', ['error image-missing $.containers.0.image 3:14']],
  ['a bad image', '{name: a, image: A}', ['error bad-image $.containers.0.image 3:31']],
  ['a short image', '{name: a, image: web}', ['warning image-without-registry $.containers.0.image 3:31']],
  [
    'a lone semicolon',
    '{name: a, image: r.test/a, command: a ; b}',
    ['error lone-semicolon $.containers.0.command 3:50'],
  ],
  [
    'an open quote',
    '{name: a, image: r.test/a, command: a "b}',
    ['error bad-command $.containers.0.command 3:50'],
  ],
  ['a bad port', '{name: a, image: r.test/a, ports: [80]}', ['error bad-port $.containers.0.ports.0 3:49']],
  [
    'ports without network',
    '{name: a, image: r.test/a, network: none, ports: ["1:1"]}',
    ['error ports-without-network $.containers.0.ports 3:63'],
  ],
  [
    'a relative path',
    '{name: a, image: r.test/a, volumes: [./a:/b]}',
    ['error relative-volume $.containers.0.volumes.0 3:51'],
  ],
  [
    'a survivor with a folder of the system',
    '{name: a, image: r.test/a, survive: true, volumes: [/etc/ssl:/b, /etcetera:/c, /var/etc:/d]}',
    ['warning survivor-holds-system $.containers.0.volumes.0 3:66'],
  ],
  [
    'a container with a folder of the system that does not survive',
    '{name: a, image: r.test/a, volumes: [/etc/ssl:/b]}',
    [],
  ],
  [
    'a bad variable',
    '{name: a, image: r.test/a, environment: {1A: x, discovery.type: single-node, A-B: x}}',
    ['error bad-variable $.containers.0.environment.1A 3:59'],
  ],
  [
    'a network that looks mistyped',
    '{name: a, image: r.test/a, network: hots}, {name: b, image: r.test/a, network: front}',
    ['warning network-typo $.containers.0.network 3:50'],
  ],
  [
    'a bad policy',
    '{name: a, image: r.test/a, restart: unless-stopped}',
    ['error bad-restart $.containers.0.restart 3:50'],
  ],
  [
    'one port twice',
    '{name: a, image: r.test/a, ports: ["1:1", "127.0.0.1:1:2"]}',
    ['error port-twice $.containers.0.ports.1 3:56'],
  ],
  [
    'one name twice',
    '{name: a, image: r.test/a}, {name: a, image: r.test/a}',
    ['error name-twice $.containers.1.name 3:49'],
  ],
] as const)
  test(`afloat 1.0.0 reports ${title}`, () =>
    assert.deepEqual(entries(`containers: [${container}]`), expected))

for (const [text, port] of [
  ['8080:80', { address: '', host: 8080, container: 80, protocol: 'tcp' }],
  ['0.0.0.0:1:2/udp', { address: '', host: 1, container: 2, protocol: 'udp' }],
  ['[::1]:1:2', { address: '[::1]', host: 1, container: 2, protocol: 'tcp' }],
  ['80', undefined],
  ['0:80', undefined],
  ['65536:80', undefined],
  ['1:2/icmp', undefined],
  ['300.0.0.1:1:2', undefined],
  ['a:1:2', undefined],
  ['1:2:3', undefined],
] as const)
  test(`parsePort() of ${text}`, () => assert.deepEqual(parsePort(text), port))

for (const [title, container, hint] of [
  ['a port alone', 'ports: [80]', 'Write "80:80", or another port of the host in front'],
  ['a port range', 'ports: ["80-90:80-90"]', 'Write each port of the range as an item of its own'],
  ['a protocol in capitals', 'ports: ["80:80/TCP"]', 'Write the protocol in lower case'],
  ['ports that are no list', 'ports: 80:80', 'Write one item per line, each with "- " in front'],
  ['an environment as a list', 'environment: [A=1]', 'Write "name: value" lines, without "- " in front'],
  [
    'a volume without target',
    'volumes: [data]',
    'Add ":" and the path in the container, which starts with "/"',
  ],
  [
    'a volume with a space',
    'volumes: ["/a b:/c"]',
    'Spaces, quotes, "%", "$" and backslashes are not possible in volumes',
  ],
  [
    'a volume with a slash at the end',
    'volumes: ["/a/:/c"]',
    'Write paths without "//", "." and a "/" at the end; options are words such as ro',
  ],
] as const)
  test(`afloat 1.0.0 says how to mend ${title}`, () => {
    const { report } = compileConfig(`${HEAD}containers: [{name: a, image: r.test/a, ${container}}]`)
    assert.deepEqual(
      report.diagnostics.map((diagnostic) => diagnostic.hint),
      [hint],
    )
  })

for (const [image, hint] of [
  ['https://r.test/a', 'Remove "https://"'],
  ['r.test/A', 'Write the name in lower case'],
  ['r.test/a@sha256:12', 'A digest is "sha256:" and 64 hexadecimal digits'],
  ['nginx', 'Write the registry in front: docker.io/library/nginx is on Docker Hub'],
  ['team/web', 'Write the registry in front: docker.io/team/web is on Docker Hub'],
] as const)
  test(`afloat 1.0.0 says how to mend the image ${image}`, () => {
    const { report } = compileConfig(`${HEAD}containers: [{name: a, image: "${image}"}]`)
    assert.deepEqual(
      report.diagnostics.map((diagnostic) => diagnostic.hint),
      [hint],
    )
  })

test('afloat 1.0.0 keeps a variable without a value', () => {
  const files = filesOf(`${HEAD}containers: [{name: a, image: r.test/a, environment: {A: , B: 1}}]`)
  assert.match(files['/etc/containers/systemd/a.container'] ?? '', /^Environment=A=\nEnvironment=B=1$/m)
})

const digest = `sha256:${'0'.repeat(64)}`
for (const [text, image] of [
  ['web', { registry: '', path: 'web', tag: '', digest: '' }],
  ['a/web:1.2-x', { registry: '', path: 'a/web', tag: '1.2-x', digest: '' }],
  ['localhost/web', { registry: 'localhost', path: 'web', tag: '', digest: '' }],
  ['r.test:5000/a_b/c__d:1', { registry: 'r.test:5000', path: 'a_b/c__d', tag: '1', digest: '' }],
  [`r.test/a:1@${digest}`, { registry: 'r.test', path: 'a', tag: '1', digest }],
  ['Web', undefined],
  ['web:', undefined],
  ['web@', undefined],
  ['web@sha256:12', undefined],
  ['r.test/', undefined],
  ['web 1', undefined],
  ['a//b', undefined],
  ['', undefined],
] as const)
  test(`parseImage() of ${JSON.stringify(text)}`, () => assert.deepEqual(parseImage(text), image))

for (const [text, volume] of [
  ['data:/d', { source: 'data', target: '/d', options: '' }],
  ['/srv/a:/b:ro,Z', { source: '/srv/a', target: '/b', options: 'ro,Z' }],
  ['./a:/b', 'relative'],
  ['a/b:/c', 'relative'],
  ['~/a:/c', 'relative'],
  ['/a', undefined],
  ['data:d', undefined],
  ['/a/../b:/c', undefined],
  ['/a b:/c', undefined],
  ['/a:/', undefined],
  ['/a:/b:', undefined],
  ['/$a:/b', undefined],
  ['/a:/b:ro:x', undefined],
] as const)
  test(`parseVolume() of ${text}`, () => assert.deepEqual(parseVolume(text), volume))

test('parsePort(), parseImage() and parseVolume() read any text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      parsePort(text)
      parseImage(text)
      parseVolume(text)
    }),
  )
})
