import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeDataUrl, decodeUtf8 } from '@afloat/ignition'
import fc from 'fast-check'
import { compileConfig } from '../../compile-config.ts'
import { parseSize } from './parse-size.ts'

const HEAD = 'variant: afloat\nversion: 1.0.0\n'

/** The Quadlet files of a config by name, without what all have in common. */
function quadlets(text: string): Record<string, string> {
  const { ignition, report } = compileConfig(HEAD + text)
  assert.equal(report.hasErrors, false, JSON.stringify(report.diagnostics))
  const files = (ignition!.storage?.files ?? []).map(({ path, contents }): [string, string] => [
    path.replace('/etc/containers/systemd/', ''),
    decodeUtf8(decodeDataUrl(contents!.source!))!,
  ])
  return Object.fromEntries(files)
}

function section(text: string | undefined, name: string): string {
  return new RegExp(`\\[${name}\\]\\n((?:[^\\[\\n].*\\n)*)`).exec(text ?? '')?.[1] ?? ''
}

/** Code, path and place of each finding, and its hint. */
function entries(text: string): string[] {
  return compileConfig(HEAD + text).report.diagnostics.map(
    ({ severity, code, path, line, column, hint }) =>
      `${severity} ${code.replace('butane/', '')} ${path} ${line}:${column}${hint === undefined ? '' : ` ${hint}`}`,
  )
}

test('a health probe and limits become settings of the container', () => {
  const files = quadlets(`containers:
  - name: web
    image: r.test/a
    health:
      command: curl -f "http://localhost/$P?a=%20" || exit 1
      interval: 1m30s
      timeout: 5s
      retries: 2
      start_period: 2m
    limits: {memory: 512M, cpus: 1.5, pids: 100, open_files: 4096, shm_size: 128m}
  - name: db
    image: r.test/b
    health: {command: [/bin/is-well, "a b", "c\\nd"], on_failure: none}
`)
  assert.equal(
    section(files['web.container'], 'Container'),
    `ContainerName=web
Image=r.test/a
HealthCmd=["/bin/sh","-c","curl -f \\"http://localhost/$$P?a=%%20\\" || exit 1"]
HealthInterval=1m30s
HealthTimeout=5s
HealthStartPeriod=2m
HealthRetries=2
HealthOnFailure=kill
PidsLimit=100
Ulimit=nofile=4096:4096
ShmSize=128m
PodmanArgs=--memory=512m
PodmanArgs=--cpus=1.5
`,
  )
  assert.equal(
    section(files['db.container'], 'Container'),
    'ContainerName=db\nImage=r.test/b\nHealthCmd=["/bin/is-well","a b","c\\nd"]\n',
  )
})

test('volumes may be objects, and those that are described are made first', () => {
  const files = quadlets(`containers:
  - name: a
    image: r.test/a
    survive: true
    volumes:
      - cache:/cache
      - data:/short:U
      - {source: data, target: /long, read_only: true, options: [z, ro, nocopy]}
      - {source: /srv/x, target: /x}
  - {name: b, image: r.test/b, volumes: [files:/files]}
volumes:
  - {name: data, labels: {owner: the shop}}
  - {name: files, driver: local, type: nfs, device: "nas:/files", options: ["addr=10.0.0.1", ro]}
`)
  assert.deepEqual(Object.keys(files), ['a.container', 'b.container', 'data.volume', 'files.volume'])
  assert.match(
    files['a.container']!,
    /^Volume=cache:\/cache\nVolume=data.volume:\/short:U\nVolume=data.volume:\/long:ro,z,nocopy\nVolume=\/srv\/x:\/x$/m,
  )
  assert.match(files['b.container']!, /^Volume=files.volume:\/files$/m)
  assert.equal(section(files['data.volume'], 'Volume'), 'VolumeName=data\nLabel="owner=the shop"\n')
  assert.equal(
    section(files['files.volume'], 'Volume'),
    'VolumeName=files\nDriver=local\nType=nfs\nDevice=nas:/files\nOptions=addr=10.0.0.1,ro\n',
  )
  const survives = (name: string) => files[name]?.includes('SurviveFinalKillSignal=yes')
  assert.deepEqual([survives('data.volume'), survives('files.volume')], [true, false])
})

test('networks may be described', () => {
  const files = quadlets(`containers:
  - {name: a, image: r.test/a, network: front, survive: true}
  - {name: b, image: r.test/b, network: other}
networks:
  - name: front
    subnet: [10.89.7.0/24, "fd00:89::/64"]
    gateway: [10.89.7.1, "fd00:89::1"]
    ip_range: 10.89.7.10-10.89.7.99
    internal: true
    dns: [10.89.7.1]
    disable_dns: true
    options: {mtu: 1400, com.example.note: a b}
  - {name: lan, driver: macvlan, options: {parent: eth0}}
`)
  assert.deepEqual(Object.keys(files), [
    'a.container',
    'b.container',
    'front.network',
    'lan.network',
    'other.network',
  ])
  assert.equal(
    section(files['front.network'], 'Network'),
    `NetworkName=front
Subnet=10.89.7.0/24
Subnet=fd00:89::/64
Gateway=10.89.7.1
Gateway=fd00:89::1
IPRange=10.89.7.10-10.89.7.99
IPv6=true
Internal=true
DNS=10.89.7.1
DisableDNS=true
Options=mtu=1400
Options="com.example.note=a b"
`,
  )
  assert.equal(
    section(files['lan.network'], 'Network'),
    'NetworkName=lan\nDriver=macvlan\nOptions=parent=eth0\n',
  )
  assert.match(files['front.network']!, /SurviveFinalKillSignal/)
  assert.doesNotMatch(files['lan.network']!, /SurviveFinalKillSignal/)
})

const container = (more: string) => `containers: [{name: a, image: r.test/a, ${more}}]`
const network = (more: string) => `networks: [{name: n, ${more}}]`
const volume = (more: string) => `volumes: [{name: v, ${more}}]`

for (const [text, ...expected] of [
  [container('health: {}'), 'error key-missing $.containers.0.health.command 3:49 Add command:'],
  [
    container('health: {command: x, interval: 30, timeout: 0s, retries: 0, start_period: 25h}'),
    'error bad-duration $.containers.0.health.interval 3:72 Write 30s',
    'error duration-out-of-range $.containers.0.health.timeout 3:85',
    'error out-of-range $.containers.0.health.retries 3:98',
    'error duration-out-of-range $.containers.0.health.start_period 3:115',
  ],
  [
    container('health: {command: x, on_failure: restrt}'),
    'error bad-on-failure $.containers.0.health.on_failure 3:74 Write restart',
  ],
  [
    container('restart: "no", health: {command: x}'),
    'warning unhealthy-stays-down $.containers.0.restart 3:50 Write on_failure: none under health:, or restart: on-failure',
  ],
  [container('restart: "no", health: {command: x, on_failure: none}')],
  [
    container('survive: true, health: {command: x}'),
    'warning survivor-probe $.containers.0.health 3:64 Probe it from outside as well: under "updates: health:" with a URL',
  ],
  [
    container('limits: {memory: 512MiB, cpus: 500m, pids: 0, open_files: 9999999, shm_size: 1}'),
    'error bad-size $.containers.0.limits.memory 3:58 Write 512M',
    'error bad-cpus $.containers.0.limits.cpus 3:72 Write 0.5',
    'error out-of-range $.containers.0.limits.pids 3:84',
    'error out-of-range $.containers.0.limits.open_files 3:99',
    'error size-too-small $.containers.0.limits.shm_size 3:118 A number alone is bytes; write 1M',
  ],
  [
    container('limits: {memory: 512, cpus: 0}'),
    'error size-too-small $.containers.0.limits.memory 3:58 A number alone is bytes; write 512M',
    'error bad-cpus $.containers.0.limits.cpus 3:69 Write for example 1.5 for one and a half',
  ],
  [
    container('volumes: [{source: x}, {target: /y}, {source: a/b, target: /c}]'),
    'error key-missing $.containers.0.volumes.0.target 3:51 Add target:',
    'error key-missing $.containers.0.volumes.1.source 3:64 Add source:',
    'error relative-volume $.containers.0.volumes.2 3:78 Write the full path, or a name for a volume that podman manages',
  ],
  [container('volumes: [[z]]'), 'error wrong-type $.containers.0.volumes.0 3:51'],
  [
    container('survive: true, volumes: [{source: /etc/ssl, target: /s}]'),
    'warning survivor-holds-system $.containers.0.volumes.0 3:66 Put what the container needs below /var, or leave out "survive"',
  ],
  [
    `${container('survive: true, volumes: ["v:/s"]')}\n${volume('type: none, device: /etc/ssl, options: [bind]')}`,
    'warning survivor-holds-system $.containers.0.volumes.0 3:66 Put what the container needs below /var, or leave out "survive"',
  ],
  ['volumes: [{driver: local}]', 'error key-missing $.volumes.0.name 3:11 Add name:'],
  [volume('driver: a b'), 'error not-plain $.volumes.0.driver 3:29'],
  [volume('device: $x'), 'error not-plain $.volumes.0.device 3:29'],
  [volume('options: [size=1g]'), 'error device-missing $.volumes.0.options 3:30 Add device:'],
  [volume('type: tmpfs'), 'error device-missing $.volumes.0.type 3:27 Add device:'],
  ['volumes: [{name: a}, {name: a}]', 'error name-twice $.volumes.1.name 3:29 Rename one of the two'],
  [
    'containers: [{name: a-volume, image: r.test/a}, {name: b-network, image: r.test/b}]\nvolumes: [{name: a}]\nnetworks: [{name: b}]',
    'error service-twice $.volumes.0.name 4:18 Rename one of the two',
    'error service-twice $.networks.0.name 5:19 Rename one of the two',
  ],
  [volume('labels: {a: "\\0"}'), 'error nul-character $.volumes.0.labels.a 3:33'],
  ['networks: [{name: host}]', 'error built-in-network $.networks.0.name 3:19 Choose another name'],
  [network('driver: bridg'), 'error bad-network-driver $.networks.0.driver 3:30 Write bridge'],
  [
    network('subnet: 10.0.0.1/24'),
    'error bad-subnet $.networks.0.subnet 3:30 Write for example 10.89.0.0/24 or fd00:89::/64',
  ],
  [
    network('subnet: [10.0.0.0/24, null, 10.1.0.0/33]'),
    'error bad-subnet $.networks.0.subnet.2 3:50 Write for example 10.89.0.0/24 or fd00:89::/64',
  ],
  [
    network('subnet: 10.0.0.0/24, gateway: 10.0.1.1, ip_range: 10.0.0.9-10.0.0.1'),
    'error outside-subnet $.networks.0.gateway 3:52 The first goes with the first subnet, and so on',
    'error bad-range $.networks.0.ip_range 3:72 Write for example 10.89.0.128/25 or 10.89.0.10-10.89.0.20',
  ],
  [network('gateway: 10.0.1.1'), 'error subnet-missing $.networks.0.gateway 3:31 Add one to subnet:'],
  [
    network('subnet: "fd00::/64", ipv6: false, dns: [localhost]'),
    'error ipv6-off $.networks.0.ipv6 3:49 Remove the one or the other',
    'error bad-address $.networks.0.dns.0 3:62',
  ],
  [
    'networks: [{name: a, subnet: 10.0.0.0/16}, {name: b, subnet: [10.1.0.0/16, 10.0.3.0/24]}]',
    'error subnet-twice $.networks.1.subnet 3:62 Choose another subnet',
  ],
] as const)
  test(`afloat 1.0.0 reports ${text}`, () => assert.deepEqual(entries(text), expected))

test('parseSize() reads powers of 1024', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 9999 }), fc.constantFrom('', 'K', 'M', 'G', 'T'), (count, unit) => {
      const expected = count * 1024 ** ['', 'K', 'M', 'G', 'T'].indexOf(unit)
      assert.equal(parseSize(`${count}${unit}`), expected)
      assert.equal(parseSize(`${count}${unit.toLowerCase()}`), expected)
    }),
  )
  for (const text of ['', '0', 'M', '1.5G', '1Mi', '-1', ' 1M', '1e3'])
    assert.equal(parseSize(text), undefined, text)
})

test('a container with resources reads any text without failing', () => {
  const any = fc.string({ unit: 'binary', maxLength: 12 })
  fc.assert(
    fc.property(fc.array(any, { minLength: 12, maxLength: 12 }), (words) => {
      const [a, b, c, d, e, f, g, h, i, j, k, l] = words.map((word) => JSON.stringify(word))
      compileConfig(`${HEAD}containers:
  - name: x
    image: r.test/a
    health: {command: ${a}, interval: ${b}}
    limits: {memory: ${c}, cpus: ${d}}
    volumes: [{source: ${e}, target: ${f}, options: [${g}]}]
volumes: [{name: v, device: ${h}, options: [${i}], labels: {a: ${j}}}]
networks: [{name: n, subnet: ${k}, gateway: ${l}, options: {b: ${a}}}]
`)
    }),
  )
})
