import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { LocalFiles } from '../translate/local-files.ts'
import { lintConfig } from './lint-config.ts'
import type { LintOptions } from './lint-input.ts'
import { rules } from './rules.ts'

const FLATCAR = 'variant: flatcar\nversion: 1.1.0\n'
const AFLOAT = 'variant: afloat\nversion: 1.0.0\n'
const DIGEST = `sha256:${'0'.repeat(64)}`

/** Severity, code, path and position of what lint finds, without what the compiler does. */
function found(text: string, options: LintOptions & { localFiles?: LocalFiles } = {}): string[] {
  const { report } = lintConfig(text, options)
  const all = report.diagnostics
  assert.deepEqual(
    all.filter(({ severity, code }) => severity === 'error' && !code.startsWith('lint/')),
    [],
  )
  return all
    .filter(({ code }) => code.startsWith('lint/'))
    .map(({ severity, code, path, line, column }) => `${severity} ${code} ${path} ${line}:${column}`)
}

const gzip = 'H4sIAAAAAAAAA8tIzcnJBwCGphA2BQAAAA=='
/** Takes everything with an even number of bytes for sound. */
const gunzip = (bytes: Uint8Array) => (bytes.length % 2 === 0 ? new Uint8Array(1) : 'broken')

const file = (fields: string, more = '') =>
  `${FLATCAR}storage:\n  files:\n    - path: /etc/x\n      ${fields}\n${more}`
const container = (fields: string) =>
  `${AFLOAT}containers:\n  - {name: a, image: "r.test/a@${DIGEST}", ${fields}}\n`
const quadlet = (name: string, ...lines: string[]) =>
  `    - path: /etc/containers/systemd/${name}\n      contents:\n        inline: |\n${lines.map((line) => `          ${line}\n`).join('')}`
const quadlets = (...files: string[]) => `${FLATCAR}storage:\n  files:\n${files.join('')}`
const units = (text: string) => `${FLATCAR}systemd:\n  units:\n    - ${text}\n`
const users = (fields: string) => `${FLATCAR}passwd:\n  users:\n    - {name: ann, ${fields}}\n`

interface Case {
  readonly code: string
  readonly title: string
  readonly text: string
  readonly options?: LintOptions
  /** Empty where nothing is to be found. */
  readonly expected: readonly string[]
}

const none: readonly string[] = []
const cases: readonly Case[] = [
  {
    code: 'not-gzip',
    title: 'text that is said to be packed',
    text: file('contents: {source: "data:,hello", compression: gzip}'),
    expected: ['error lint/not-gzip $.storage.files.0.contents.compression 6:54'],
  },
  {
    code: 'not-gzip',
    title: 'damaged gzip of a merged config, also in afloat',
    text: `${FLATCAR}ignition:\n  config:\n    merge:\n      - {source: "data:;base64,H4sI", compression: gzip}\n`,
    options: { gunzip },
    expected: ['error lint/not-gzip $.ignition.config.merge.0.compression 6:52'],
  },
  {
    code: 'not-gzip',
    title: 'sound gzip, packed files that are to stay packed, and sources elsewhere',
    text: file(
      `contents: {source: "data:;base64,${gzip}", compression: gzip}`,
      `    - {path: /a.gz, contents: {source: "data:;base64,${gzip}"}}\n    - {path: /b, contents: {source: "https://h.test/b", compression: gzip, verification: {hash: sha256-${'0'.repeat(64)}}}}\n`,
    ),
    options: { gunzip: () => new Uint8Array(1) },
    expected: none,
  },
  {
    code: 'read-only-path',
    title: 'files and links below /usr, also by their old names',
    text: `${AFLOAT}storage:\n  files:\n    - path: /usr/local/bin/x\n  links:\n    - {path: /lib/y, target: /z}\n`,
    expected: [
      'error lint/read-only-path $.storage.files.0.path 5:13',
      'error lint/read-only-path $.storage.links.0.path 7:14',
    ],
  },
  {
    code: 'read-only-path',
    title: '/usr/local where it is a link, paths with a file system of their own, and names that begin alike',
    text: `variant: fcos\nversion: 1.5.0\nstorage:\n  files: [{path: /usr/local/bin/x}, {path: /usr/share/oem/x}, {path: /usrx}]\n  filesystems: [{device: /dev/a, path: /usr/share/oem, format: ext4}]\n`,
    expected: none,
  },
  {
    code: 'mount-unit-percent',
    title: 'percent signs in path, device and options',
    text: `${FLATCAR}storage:\n  filesystems:\n    - {device: "/dev/a%b", path: "/var/50%", format: ext4, with_mount_unit: true, mount_options: [noatime, "x=%i"]}\n`,
    expected: [
      'error lint/mount-unit-percent $.storage.filesystems.0.device 5:16',
      'error lint/mount-unit-percent $.storage.filesystems.0.path 5:34',
      'error lint/mount-unit-percent $.storage.filesystems.0.mount_options.1 5:108',
    ],
  },
  {
    code: 'mount-unit-percent',
    title: 'doubled ones, the path of a swap, and file systems without a unit',
    text: `${FLATCAR}storage:\n  filesystems:\n    - {device: /dev/a, path: "/x%y", format: ext4}\n    - {device: /dev/b, path: "/x%z", format: swap, with_mount_unit: true}\n    - {device: /dev/c, path: /c, format: ext4, with_mount_unit: true, mount_options: ["x=%%i"]}\n`,
    expected: none,
  },
  {
    code: 'unknown-unit',
    title: 'an enabled unit that nobody has',
    text: units('{name: dokcer.service, enabled: true}'),
    expected: ['warning lint/unknown-unit $.systemd.units.0.name 5:14'],
  },
  {
    code: 'unknown-unit',
    title: 'units of the image, of this config, of Quadlet files, instances, and those that are not enabled',
    text: `${units('{name: docker.service, enabled: true}')}    - {name: serial-getty@ttyS1.service, enabled: true}
    - {name: systemd-anything.service, enabled: true}
    - {name: own@.service, contents: "[Service]\\nExecStart=/x\\n[Install]\\nWantedBy=a.target"}
    - {name: own@1.service, enabled: true}
    - {name: elsewhere.service, enabled: true, dropins: [{name: a.conf, contents: "[Service]"}]}
    - {name: masked.service, mask: true}
    - {name: web.service, enabled: true}
    - {name: data-volume.service, enabled: true}
    - {name: file.timer, enabled: true}
storage:
  files:
    - {path: /etc/containers/systemd/web.container}
    - {path: /etc/containers/systemd/data.volume}
    - {path: /etc/systemd/system/file.timer}
`,
    expected: none,
  },
  {
    code: 'unknown-unit',
    title: 'nothing where other configs or extensions may bring units',
    text: `${units('{name: nomad.service, enabled: true}')}storage: {links: [{path: /etc/extensions/nomad.raw, target: /opt/x}]}\n`,
    expected: none,
  },
  {
    code: 'unknown-user',
    title: 'an owner who does not exist',
    text: file('user: {name: cora}'),
    expected: ['warning lint/unknown-user $.storage.files.0.user.name 6:20'],
  },
  {
    code: 'unknown-user',
    title: 'owners of the image and of this config, and numbers',
    text: `${users('uid: 2000')}storage:\n  files: [{path: /a, user: {name: core}}, {path: /b, user: {name: ann}}, {path: /c, user: {id: 77}}]\n`,
    expected: none,
  },
  {
    code: 'unknown-user',
    title: 'a user that the config takes away, and one that Debian does not have',
    text: `${AFLOAT}passwd: {users: [{name: ann, should_exist: false}]}\nstorage:\n  files: [{path: /a, user: {name: core}}, {path: /b, user: {name: ann}}]\n`,
    expected: [
      'warning lint/unknown-user $.storage.files.0.user.name 5:35',
      'warning lint/unknown-user $.storage.files.1.user.name 5:67',
    ],
  },
  {
    code: 'unknown-group',
    title: 'groups of users and files that do not exist',
    text: `${users('groups: [sudo, dokcer], primary_group: nope')}storage:\n  files: [{path: /a, group: {name: nope}}]\n`,
    expected: [
      'warning lint/unknown-group $.passwd.users.0.groups.1 5:34',
      'warning lint/unknown-group $.passwd.users.0.primary_group 5:58',
      'warning lint/unknown-group $.storage.files.0.group.name 7:36',
    ],
  },
  {
    code: 'unknown-group',
    title: 'groups of the image, of this config, and those of its users',
    text: `${users('groups: [sudo, crew]')}  groups: [{name: crew}]\nstorage:\n  files: [{path: /a, group: {name: ann}}]\n`,
    expected: none,
  },
  {
    code: 'user-data-size',
    title: 'a warning about the smallest platform',
    text: file(`contents: {inline: "${'x'.repeat(17_000)}"}`),
    expected: ['warning lint/user-data-size $ 1:1'],
  },
  {
    code: 'user-data-size',
    title: 'an error for the platform that is asked for',
    text: file(`contents: {inline: "${'x'.repeat(50_000)}"}`),
    options: { platform: 'openstack' },
    expected: ['error lint/user-data-size $ 1:1'],
  },
  {
    code: 'user-data-size',
    title: 'nothing where it fits',
    text: file(`contents: {inline: "${'x'.repeat(17_000)}"}`),
    options: { platform: 'gcp' },
    expected: none,
  },
  {
    code: 'readable-secret',
    title: 'a private key in a file with the usual mode',
    text: file('contents:\n        inline: |\n          -----BEGIN PRIVATE KEY-----\n'),
    expected: ['error lint/readable-secret $.storage.files.0.contents.inline 7:17'],
  },
  {
    code: 'readable-secret',
    title: 'a password in a unit, in a drop-in, and in the environment of a container',
    text: `${AFLOAT}containers:\n  - name: a\n    image: r.test/a@${DIGEST}\n    environment:\n      MODE: production\n      DB_PASSWORD: hunter22\nsystemd:\n  units:\n    - name: b.service\n      contents: |\n        [Service]\n        Environment=TOKEN=abcdef123\n        ExecStart=/x\n      dropins:\n        - name: c.conf\n          contents: |\n            [Service]\n            Environment="API_KEY=abcdef123"\n`,
    expected: [
      'warning lint/readable-secret $.containers.0.environment.DB_PASSWORD 8:20',
      'warning lint/readable-secret $.systemd.units.0.contents 12:17',
      'warning lint/readable-secret $.systemd.units.0.dropins.0.contents 18:21',
    ],
  },
  {
    code: 'readable-secret',
    title: 'secrets that only root may read, and words about passwords that are none',
    text: `${file('mode: 0600\n      contents: {inline: "password = hunter22"}')}    - {path: /opt/k/key, contents: {inline: "-----BEGIN RSA PRIVATE KEY-----"}}
    - {path: /etc/a, contents: {inline: "PasswordAuthentication no\\npasswd: files systemd\\nPASSWORD_FILE=/run/secret\\npassword=$PASS\\ntoken=\\nsecret: <yours>\\nurl: https://h.test:443/a@b"}}
    - {path: /etc/b, contents: {inline: "-----BEGIN PUBLIC KEY-----"}}
  directories: [{path: /opt/k, mode: 0700}]
`,
    expected: none,
  },
  {
    code: 'world-writable',
    title: 'files and directories that everyone may write',
    text: file('mode: 0666\n      contents: {inline: x}', '  directories: [{path: /d, mode: 0777}]'),
    expected: [
      'warning lint/world-writable $.storage.files.0.mode 6:13',
      'warning lint/world-writable $.storage.directories.0.mode 8:34',
    ],
  },
  {
    code: 'world-writable',
    title: 'nothing for shared directories and usual modes',
    text: file('mode: 0664\n      contents: {inline: x}', '  directories: [{path: /d, mode: 01777}]'),
    expected: none,
  },
  {
    code: 'weak-password-hash',
    title: 'MD5, DES and what is no hash',
    text: `${FLATCAR}passwd:\n  users:\n    - {name: a, password_hash: $1$salt$abcdefghijklmnopqrstuv}\n    - {name: b, password_hash: ab01FAX.bQRSU}\n    - {name: c, password_hash: hunter2}\n  groups:\n    - {name: d, password_hash: $1$x$y}\n`,
    expected: [
      'warning lint/weak-password-hash $.passwd.users.0.password_hash 5:32',
      'warning lint/weak-password-hash $.passwd.users.1.password_hash 6:32',
      'error lint/weak-password-hash $.passwd.users.2.password_hash 7:32',
      'warning lint/weak-password-hash $.passwd.groups.0.password_hash 9:32',
    ],
  },
  {
    code: 'weak-password-hash',
    title: 'nothing for strong and for locked ones',
    text: `${FLATCAR}passwd:\n  users:\n    - {name: a, password_hash: $y$j9T$salt$hash}\n    - {name: b, password_hash: "*"}\n    - {name: c, password_hash: "!$6$rounds=5000$salt$hash"}\n    - {name: d}\n`,
    expected: none,
  },
  {
    code: 'unverified-download',
    title: 'sources without a hash',
    text: `${file('contents: {source: "http://h.test/x"}')}ignition: {config: {merge: [{source: "https://h.test/y"}]}}\n`,
    expected: [
      'warning lint/unverified-download $.storage.files.0.contents.source 6:26',
      'warning lint/unverified-download $.ignition.config.merge.0.source 7:38',
    ],
  },
  {
    code: 'unverified-download',
    title: 'nothing with a hash, and for what stands in the config',
    text: file(
      `contents: {source: "http://h.test/x", verification: {hash: sha512-${'0'.repeat(128)}}}\n      append: [{inline: x}]`,
    ),
    expected: none,
  },
  {
    code: 'image-without-digest',
    title: 'tags in containers and Quadlet files',
    text: `${AFLOAT}containers:\n  - {name: a, image: "r.test/a:1"}\nstorage:\n  files:\n${quadlet('b.container', '[Container]', 'Image=r.test/b')}`,
    expected: [
      'warning lint/image-without-digest $.containers.0.image 4:22',
      'warning lint/image-without-digest $.storage.files.0.contents.inline 9:17',
    ],
  },
  {
    code: 'image-without-digest',
    title: 'nothing with a digest, and for the names of Quadlet files',
    text: quadlets(
      quadlet('a.container', '[Container]', `Image=r.test/a:1@${DIGEST}`),
      quadlet('b.container', '[Container]', 'Image=b.image'),
    ),
    expected: none,
  },
  {
    code: 'port-twice',
    title: 'ports of a container and of Quadlet files, in ranges and at one address',
    text: `${container('ports: ["80:80", "127.0.0.1:90:90/udp"]')}storage:\n  files:\n${quadlet('b.container', '[Container]', 'PublishPort=10.0.0.1:79-81:1-3')}${quadlet('c.pod', '[Pod]', 'PublishPort=90:1/udp')}`,
    expected: [
      'error lint/port-twice $.storage.files.0.contents.inline 9:17',
      'error lint/port-twice $.storage.files.1.contents.inline 14:17',
    ],
  },
  {
    code: 'port-twice',
    title: 'nothing at other addresses, for other protocols, and for ports that podman picks',
    text: quadlets(
      quadlet(
        'a.container',
        '[Container]',
        'PublishPort=127.0.0.1:80:80',
        'PublishPort=9000',
        'PublishPort=[::1]:70:1',
      ),
      quadlet(
        'b.container',
        '[Container]',
        'PublishPort=10.0.0.1:80:80',
        'PublishPort=9000',
        'PublishPort=70:1/udp',
      ),
    ),
    expected: none,
  },
  {
    code: 'survivor-host-path',
    title: 'paths of the host in survivors',
    text: `${container('survive: true, volumes: ["/srv/x:/x", "data:/y"]')}storage:\n  files:\n${quadlet('b.container', '[Unit]', 'SurviveFinalKillSignal=yes', '[Container]', 'Volume=/etc/b:/b')}`,
    expected: [
      'warning lint/survivor-host-path $.containers.0.volumes.0 4:131',
      'warning lint/survivor-host-path $.storage.files.0.contents.inline 9:17',
    ],
  },
  {
    code: 'survivor-host-path',
    title: 'paths of the host as objects, and as volumes that are described',
    text: `${container('survive: true, volumes: [{source: /srv/x, target: /x}, "v:/v", {source: w, target: /w}]')}volumes:
  - {name: v, type: none, device: /srv/v, options: [bind]}
  - {name: w, type: nfs, device: "nas:/w"}
`,
    expected: [
      'warning lint/survivor-host-path $.containers.0.volumes.0 4:131',
      'warning lint/survivor-host-path $.containers.0.volumes.1 4:161',
    ],
  },
  {
    code: 'survivor-host-path',
    title: 'nothing for containers that end, and for what the compiler says already',
    text: container(
      'volumes: ["/srv/x:/x"]}\n  - {name: b, survive: true, image: "r.test/b@' +
        DIGEST +
        '", volumes: ["/etc/x:/x"]',
    ),
    expected: none,
  },
  {
    code: 'unknown-ignore',
    title: 'a code that does not exist',
    text: `# lint: ignore lint/world-writeable\n${FLATCAR}`,
    expected: ['warning lint/unknown-ignore $ 1:16'],
  },
  {
    code: 'unknown-ignore',
    title: 'nothing for one that does',
    text: `# lint: ignore lint/not-gzip\n${FLATCAR}`,
    expected: none,
  },
]

for (const { code, title, text, options = {}, expected } of cases)
  test(`lint/${code}: ${title}`, () => assert.deepEqual(found(text, options), expected))

test('every rule has cases that find something and cases that do not', () => {
  for (const { code } of rules) {
    const own = cases.filter((one) => `lint/${one.code}` === code)
    assert.ok(
      own.some(({ expected }) => expected.length > 0) && own.some(({ expected }) => expected.length === 0),
      code,
    )
  }
})

test('lintConfig() stops at errors of the compiler and passes its warnings on', () => {
  const codes = (text: string) => lintConfig(text).report.diagnostics.map(({ code }) => code)
  assert.deepEqual(codes(`${FLATCAR}storage: {files: [{path: x, mode: 0666}]}`), ['ignition/path-relative'])
  assert.deepEqual(codes(`${FLATCAR}nope: 1\nstorage: {directories: [{path: /x, mode: 0777}]}`), [
    'butane/unknown-key',
    'lint/world-writable',
  ])
})

test('lintConfig() never shows a secret', () => {
  const text = `${FLATCAR}storage: {files: [{path: /x, contents: {inline: "DB_PASSWORD=hunter22"}}]}\npasswd: {users: [{name: a, password_hash: opensesame}]}`
  const said = JSON.stringify(lintConfig(text).report.diagnostics)
  assert.match(said, /readable-secret.*weak-password-hash/)
  assert.doesNotMatch(said, /hunter22|opensesame/)
})

const loose = '- {path: /x, mode: 0777}'
for (const [title, lines, count] of [
  ['on the line', `    ${loose} # lint: ignore lint/world-writable because`, 0],
  [
    'on the line before',
    `    # lint: ignore lint/not-gzip, lint/world-writable\n\n    # more\n    ${loose}`,
    0,
  ],
  ['of another line', `    ${loose} # lint: ignore lint/world-writable\n    - {path: /y, mode: 0777}`, 1],
  ['of another code', `    ${loose} # lint: ignore lint/not-gzip`, 1],
  ['in a string', `    - {path: "/x # lint: ignore lint/world-writable", mode: 0777}`, 1],
] as const)
  test(`lintConfig() heeds comments: ${title}`, () => {
    assert.equal(found(`${FLATCAR}storage:\n  directories:\n${lines}\n`).length, count)
  })

test('lintConfig() heeds no comment inside a block of text', () => {
  const text = `${FLATCAR}storage:\n  files:\n    - path: /x\n      mode: 0666 \n      contents:\n        inline: |\n          # lint: ignore lint/nothing\n`
  assert.deepEqual(found(text), ['warning lint/world-writable $.storage.files.0.mode 6:13'])
})

test('lintConfig() reads a block with a comment in its first line', () => {
  const text = `${FLATCAR}storage:\n  files:\n    - path: /x\n      contents:\n        inline: | # lint: ignore lint/readable-secret\n          password: hunter22\n`
  assert.deepEqual(found(text), [])
})
