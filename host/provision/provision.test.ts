import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { provisionCommand } from './command.ts'
import { provision } from './provision.ts'
import { FakeMachine, failureOf } from './testing/fake-machine.ts'

const hash = '$6$salt$secret.hash'
const key = 'ssh-ed25519 AAAA core@example'
const remote = 'https://files.example/app?token=secret-token'

const config = {
  ignition: { version: '3.4.0' },
  passwd: { users: [{ name: 'core', groups: ['sudo'], passwordHash: hash, sshAuthorizedKeys: [key] }] },
  storage: {
    files: [
      { path: '/etc/hostname', contents: { source: 'data:,node-1' } },
      { path: '/opt/app', mode: 0o755, contents: { source: remote } },
      { path: '/home/core/notes', contents: { source: 'data:,private-text' } },
    ],
  },
  systemd: { units: [{ name: 'ssh.service', enabled: true }] },
}

function machineWithConfig(): FakeMachine {
  const machine = new FakeMachine({ config })
  machine.answer(remote, { status: 200, body: 'app' })
  return machine
}

test('provision() applies the config and records it', () => {
  const machine = machineWithConfig()
  assert.equal(provision(machine, { networkUp: true }), 'provisioned')
  assert.equal(machine.readText('/opt/app'), 'app')
  assert.equal(machine.stat('/opt/app')?.mode, 0o755)
  assert.equal(machine.readText('/etc/shadow'), `core:${hash}\n`)
  assert.deepEqual(machine.record, {
    version: 1,
    at: '2026-01-01T00:00:00.000Z',
    source: { channel: 'fw-cfg', place: 'fw_cfg opt/org.flatcar-linux/config' },
    configSha256: JSON.stringify(config).length.toString(16).padStart(64, '0'),
    hostname: 'node-1',
    osVersion: '1.2.0',
  })
  assert.equal(machine.readText('/var/lib/afloat/config.ign'), JSON.stringify(config))
  assert.equal(machine.stat('/var/lib/afloat/config.ign')?.mode, 0o600)
  assert.deepEqual(
    machine.list('/var/lib/afloat'),
    ['config.ign', 'provisioned.json'],
    'marker and staging folder are gone',
  )
})

test('provision() flushes everything before the record, and the record before it returns', () => {
  const machine = machineWithConfig()
  provision(machine, { networkUp: true })
  assert.deepEqual(machine.synced.slice(-3), ['', '/var/lib/afloat/provisioned.json.new', '/var/lib/afloat'])
})

test('provision() gives what is in a home to the person who lives there', () => {
  const machine = machineWithConfig()
  provision(machine, { networkUp: true })
  for (const path of ['notes', '.ssh', '.ssh/authorized_keys.d', '.ssh/authorized_keys.d/ignition']) {
    const { uid, gid } = machine.stat(`/home/core/${path}`)!
    assert.deepEqual([uid, gid], [1000, 1000], path)
  }
  assert.equal(machine.stat('/home/core/.ssh/authorized_keys.d/ignition')?.mode, 0o600)
})

test('provision() shows no secret in any line', () => {
  const machine = machineWithConfig()
  provision(machine, { networkUp: true })
  const shown = [...machine.logged, ...machine.commands].join('\n')
  for (const secret of [hash, 'secret-token', 'private-text']) assert.ok(!shown.includes(secret), shown)
})

test('provision() asks for the network before it changes anything', () => {
  const machine = machineWithConfig()
  const changed: string[] = []
  machine.fault = (operation, path) => void changed.push(`${operation} ${path}`)
  assert.equal(provision(machine, { networkUp: false }), 'needs-network')
  assert.deepEqual(changed, [])
  assert.equal(
    machine.logged.at(-1),
    'Provisioning needs the network: $.storage.files.1.contents is at https://files.example/app?…',
  )
})

test('provision() does nothing on a machine with a record', () => {
  const machine = machineWithConfig()
  machine.addFile('/var/lib/afloat/provisioned.json', '{}')
  machine.fault = () => 'EIO'
  assert.equal(provision(machine, { networkUp: false }), 'already-provisioned')
  assert.deepEqual(machine.commands, [])
})

test('provision() records the defaults of the image when there is no config', () => {
  const machine = new FakeMachine()
  assert.equal(provision(machine, { networkUp: false }), 'provisioned')
  assert.deepEqual(machine.record?.['source'], { channel: 'none', place: 'defaults of the image' })
  assert.equal(machine.exists('/var/lib/afloat/config.ign'), false)
})

test('provision() cut short anywhere leaves the marker and no record, or a record and all the work', () => {
  let cut = true
  for (let allowed = 0; cut; allowed++) {
    const machine = machineWithConfig()
    let changes = 0
    cut = false
    machine.fault = () => {
      if (changes++ < allowed) return undefined
      cut = true
      return 'EIO'
    }
    try {
      provision(machine, { networkUp: true })
    } catch {}
    if (machine.exists('/var/lib/afloat/provisioned.json')) {
      assert.notEqual(machine.record, undefined, 'the record is whole')
      assert.equal(machine.readText('/home/core/notes'), 'private-text')
    } else if (machine.exists('/opt') || machine.exists('/home/core')) {
      assert.ok(machine.exists('/var/lib/afloat/provisioning'), `no marker after ${allowed} changes`)
    }
  }
})

describe('provisionCommand()', () => {
  test('returns 0, 75 and 2 for done, network needed and wrong usage', () => {
    assert.equal(provisionCommand(machineWithConfig(), ['--network-up']), 0)
    assert.equal(provisionCommand(machineWithConfig(), []), 75)
    assert.equal(provisionCommand(machineWithConfig(), ['--network']), 2)
  })

  test('prints a failure as one line of JSON', () => {
    const machine = new FakeMachine({ config: 'variant: flatcar\n' })
    assert.equal(provisionCommand(machine, []), 1)
    assert.deepEqual(
      machine.printed.map((line) => JSON.parse(line)),
      [
        {
          error: {
            code: 'provision/config-invalid',
            message:
              'Cannot provision from fw_cfg opt/org.flatcar-linux/config:\n' +
              'error at line 1 col 1: Cannot read config: expected JSON, found YAML',
            hint: 'Compile it first: afloat config compile CONFIG.yaml --output CONFIG.ign',
          },
        },
      ],
    )
  })

  test('reports a bug as such', () => {
    const machine = new FakeMachine()
    machine.fault = () => {
      throw new TypeError('not a function')
    }
    assert.equal(provisionCommand(machine, []), 1)
    assert.deepEqual(JSON.parse(machine.printed[0]!), {
      error: {
        code: 'provision/unexpected',
        message: 'not a function',
        hint: 'Report this as a bug of Afloat',
      },
    })
  })
})

describe('provision() names the place of a failure', () => {
  const withFile = (file: object) => ({ ignition: { version: '3.4.0' }, storage: { files: [file] } })
  const withUser = (user: object) => ({ ignition: { version: '3.4.0' }, passwd: { users: [user] } })
  const cases: readonly [string, object, string, string][] = [
    [
      'disk full',
      withFile({ path: '/srv/full', contents: { source: 'data:,x' } }),
      'sys/no-space',
      'Cannot write "/srv/full.afloat-partial": no space left ($.storage.files.0)',
    ],
    [
      'file in the way of a folder',
      withFile({ path: '/etc/passwd/x', contents: { source: 'data:,x' } }),
      'sys/not-a-folder',
      'Cannot make the folder "/etc/passwd": a part of the path is not a folder ($.storage.files.0)',
    ],
    [
      'existing file',
      withFile({ path: '/etc/passwd', contents: { source: 'data:,x' } }),
      'provision/file-exists',
      'Cannot write "/etc/passwd": a file with other contents is there already ($.storage.files.0)',
    ],
    [
      'folder where a file goes',
      withFile({ path: '/home', contents: { source: 'data:,x' } }),
      'provision/path-taken',
      'Cannot make the file "/home": a folder is there already ($.storage.files.0)',
    ],
    [
      'folder that the system needs',
      withFile({ path: '/home', overwrite: true, contents: { source: 'data:,x' } }),
      'provision/never-removed',
      'Cannot replace "/home": the system needs this folder ($.storage.files.0)',
    ],
    [
      'host name',
      withFile({ path: '/etc/hostname', contents: { source: 'data:,my%20node' } }),
      'provision/bad-hostname',
      'Cannot use "my node" as the host name: expected up to 64 letters, digits, hyphens and dots (/etc/hostname)',
    ],
    [
      'group of a user',
      withUser({ name: 'core', groups: ['sudo', 'docker'] }),
      'provision/unknown-group',
      'Cannot find group "docker" ($.passwd.users.0.groups.1): neither the image nor the config has it',
    ],
    [
      'owner of a file',
      withFile({ path: '/a', user: { name: 'ghost' }, contents: { source: 'data:,x' } }),
      'provision/unknown-user',
      'Cannot find user "ghost" ($.storage.files.0.user.name): neither the image nor the config has it',
    ],
    [
      'home of a user',
      withUser({ name: 'nobody', sshAuthorizedKeys: [key] }),
      'provision/no-home',
      'Cannot install SSH keys for "nobody": its home is "/nonexistent" ($.passwd.users.0.sshAuthorizedKeys)',
    ],
    [
      'unit',
      { ignition: { version: '3.4.0' }, systemd: { units: [{ name: 'nope.service', enabled: true }] } },
      'provision/unknown-unit',
      'Cannot enable "nope.service": neither the image nor the config has such a unit ($.systemd.units.0.enabled)',
    ],
    [
      'systemctl that fails',
      { ignition: { version: '3.4.0' }, systemd: { units: [{ name: 'ssh.service', enabled: true }] } },
      'sys/command-failed',
      'Command failed with exit code 1: systemctl --root=/ enable ssh.service ($.systemd.units.0.enabled)\nFailed to enable unit',
    ],
    [
      'hash',
      withFile({
        path: '/a',
        contents: { source: 'data:,abc', verification: { hash: `sha256-${'0'.repeat(64)}` } },
      }),
      'provision/hash-mismatch',
      `Cannot accept the contents: expected sha256-${'0'.repeat(64)}, found sha256-${'3'.padStart(64, '0')} ($.storage.files.0.contents)`,
    ],
    [
      'remote source',
      withFile({ path: '/a', contents: { source: 'http://a.example/x' } }),
      'provision/source-failed',
      'Cannot fetch "http://a.example/x": the server answered HTTP 404 ($.storage.files.0.contents)',
    ],
    [
      'gzip',
      withFile({ path: '/a', contents: { source: 'http://a.example/z', compression: 'gzip' } }),
      'provision/not-gzip',
      'Cannot unpack "http://a.example/z": compression is "gzip", but the data is not whole gzip data ($.storage.files.0.contents)',
    ],
  ]
  for (const [name, config, code, message] of cases) {
    test(name, () => {
      const machine = new FakeMachine({ config })
      machine.answer('http://a.example/x', { status: 404 })
      machine.answer('http://a.example/z', { status: 200, body: 'plain' })
      machine.addProgram('systemctl', () => ({ code: 1, stderr: 'Failed to enable unit' }))
      machine.fault = (_, path) => (path.startsWith('/srv/full') ? 'ENOSPC' : undefined)
      assert.deepEqual(
        failureOf(() => provision(machine, { networkUp: true })),
        { code, message },
      )
      assert.equal(machine.record, undefined)
    })
  }
})
