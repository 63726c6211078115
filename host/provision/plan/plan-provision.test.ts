import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { IgnitionConfig } from '@afloat/ignition'
import type { Accounts } from '../passwd/accounts.ts'
import { failureOf } from '../testing/fake-machine.ts'
import { formatStep } from './format-step.ts'
import { planProvision } from './plan-provision.ts'

const accounts: Accounts = {
  users: new Map([
    ['root', { name: 'root', uid: 0, gid: 0, home: '/root' }],
    ['www', { name: 'www', uid: 33, gid: 33, home: '/var/www' }],
  ]),
  groups: new Map([
    ['root', { name: 'root', gid: 0 }],
    ['sudo', { name: 'sudo', gid: 27 }],
    ['www', { name: 'www', gid: 33 }],
  ]),
}

const lines = (config: Omit<IgnitionConfig, 'ignition'>, version = '3.4.0') =>
  planProvision({ ignition: { version }, ...config }, accounts)
    .map(formatStep)
    .filter((line) => line !== 'cat /etc/hostname')

describe('planProvision()', () => {
  const cases: [string, Omit<IgnitionConfig, 'ignition'>, string[]][] = [
    ['plans nothing for an empty config', {}, []],
    [
      'makes groups before users, and removes them after',
      {
        passwd: {
          groups: [
            { name: 'www', shouldExist: false },
            { name: 'sudo', shouldExist: false },
            { name: 'app', gid: 4000, system: true },
          ],
          users: [
            { name: 'www', shouldExist: false },
            { name: 'app', groups: ['app'] },
          ],
        },
      },
      [
        'groupadd --gid 4000 --system app',
        'userdel www',
        "useradd --create-home --gid app --groups app --password '*' --shell /bin/bash app",
        'groupdel sudo',
      ],
    ],
    [
      'makes the group of a user first when an earlier user is in it',
      {
        passwd: {
          users: [{ name: 'a', groups: ['b'] }, { name: 'b' }, { name: 'c', primaryGroup: 'b' }],
        },
      },
      [
        'groupadd b',
        "useradd --create-home --user-group --groups b --password '*' --shell /bin/bash a",
        "useradd --create-home --gid b --password '*' --shell /bin/bash b",
        "useradd --create-home --gid b --password '*' --shell /bin/bash c",
      ],
    ],
    [
      'keeps a unit whose name starts like an option apart from options',
      { systemd: { units: [{ name: '-.mount', enabled: true }] } },
      [
        'install -D -m 0644 (config) /etc/systemd/system-preset/20-ignition.preset',
        'systemctl --root=/ enable -- -.mount',
      ],
    ],
    [
      'gives useradd all that a user asks for',
      {
        passwd: {
          users: [
            {
              name: 'a',
              uid: 1500,
              gecos: 'A Person',
              homeDir: '/srv/a',
              noCreateHome: true,
              primaryGroup: 'sudo',
              noLogInit: true,
              shell: '/bin/sh',
              system: true,
              passwordHash: '$6$x',
            },
            { name: 'b', noUserGroup: true, passwordHash: '' },
          ],
        },
      },
      [
        "useradd --no-create-home --uid 1500 --system --no-log-init --gid sudo --password '*' --comment 'A Person' --home /srv/a --shell /bin/sh a",
        'chpasswd -e <<< a:(hidden)',
        "useradd --create-home --no-user-group --password '*' --shell /bin/bash b",
      ],
    ],
    [
      'changes users and groups that the image has',
      {
        passwd: {
          groups: [{ name: 'sudo', gid: 27, passwordHash: '$6$g' }],
          users: [
            { name: 'root', uid: 0, passwordHash: '$6$x', sshAuthorizedKeys: ['a', ' ', 'b'] },
            { name: 'www', groups: ['sudo'], shell: '/bin/bash' },
          ],
        },
      },
      [
        'chgpasswd -e <<< sudo:(hidden)',
        'chpasswd -e <<< root:(hidden)',
        'install -D -m 0600 -o root (2 keys) ~root/.ssh/authorized_keys.d/ignition',
        'usermod --shell /bin/bash --append --groups sudo www',
      ],
    ],
    [
      'makes what holds before what it holds',
      {
        storage: {
          files: [
            {
              path: '/srv/b',
              mode: 0o4600,
              contents: { source: 'data:,x' },
              append: [{ source: 'https://a/b' }],
            },
            { path: '/srv/a', user: { name: 'www' }, group: { id: 5 } },
          ],
          directories: [
            { path: '/srv/d/e', overwrite: true },
            { path: '/srv/d', mode: 0o700, user: { id: 7 } },
          ],
          links: [
            { path: '/srv/hard', target: '/srv/soft', hard: true },
            { path: '/srv/soft', target: 'b', group: { name: 'sudo' } },
          ],
        },
      },
      [
        'install -d -m 0700 -o 7 /srv/d',
        'rm -rf /srv/d/e; install -d -m 0755 /srv/d/e',
        'touch /srv/a; chown www:5 /srv/a',
        'install -D -m 0600 (config) /srv/b; cat /var/lib/afloat/staging/storage.files.0.append.0 >> /srv/b',
        'ln -sT b /srv/soft; chown -h :sudo /srv/soft',
        'ln -T /srv/soft /srv/hard',
      ],
    ],
    [
      'writes units, drop-ins and masks, and states them last',
      {
        systemd: {
          units: [
            {
              name: 'a.service',
              contents: '[Service]',
              enabled: true,
              dropins: [{ name: '1.conf', contents: 'x' }, { name: '2.conf' }],
            },
            { name: 'b.service', mask: true, enabled: true },
            { name: 'c.service', mask: false, enabled: false },
          ],
        },
      },
      [
        'install -D -m 0644 (config) /etc/systemd/system/a.service',
        'install -D -m 0644 (config) /etc/systemd/system/a.service.d/1.conf',
        'ln -sT -f /dev/null /etc/systemd/system/b.service',
        'rm -f /etc/systemd/system/c.service',
        'install -D -m 0644 (config) /etc/systemd/system-preset/20-ignition.preset',
        'systemctl --root=/ enable a.service',
        'systemctl --root=/ disable c.service',
      ],
    ],
  ]
  for (const [name, config, expected] of cases) test(name, () => assert.deepEqual(lines(config), expected))

  test('counts setuid bits only from version 3.6.0 on', () => {
    const config = { storage: { directories: [{ path: '/a', mode: 0o1777 }] } }
    assert.deepEqual(lines(config, '3.4.0'), ['install -d -m 0777 /a'])
    assert.deepEqual(lines(config, '3.6.0'), ['install -d -m 1777 /a'])
  })

  test('accepts the group that useradd makes as owner and as group of others', () => {
    const config = {
      passwd: { users: [{ name: 'core' }, { name: 'other', groups: ['core'] }] },
      storage: { files: [{ path: '/a', group: { name: 'core' } }] },
    }
    assert.equal(lines(config).length, 3)
  })

  const refusals: [string, Omit<IgnitionConfig, 'ignition'>, string][] = [
    [
      'a number that another user has',
      {
        passwd: {
          users: [
            { name: 'a', uid: 1500 },
            { name: 'b', uid: 1500 },
          ],
        },
      },
      'Cannot give user "b" the number 1500 ($.passwd.users.1.uid): "a" has it',
    ],
    [
      'a number that a user of the image has',
      { passwd: { users: [{ name: 'a', uid: 33 }] } },
      'Cannot give user "a" the number 33 ($.passwd.users.0.uid): "www" has it',
    ],
    [
      'the number of a user',
      { passwd: { users: [{ name: 'root', uid: 5 }] } },
      'Cannot give user "root" the number 5 ($.passwd.users.0.uid): the image gives it 0',
    ],
    [
      'the number of a group',
      { passwd: { groups: [{ name: 'sudo', gid: 5 }] } },
      'Cannot give group "sudo" the number 5 ($.passwd.groups.0.gid): the image gives it 27',
    ],
    [
      'a primary group that is nowhere',
      { passwd: { users: [{ name: 'a', primaryGroup: 'x' }] } },
      'Cannot find group "x" ($.passwd.users.0.primaryGroup): neither the image nor the config has it',
    ],
    [
      'an owner that the config removes',
      {
        passwd: { users: [{ name: 'www', shouldExist: false }] },
        storage: { files: [{ path: '/a', user: { name: 'www' } }] },
      },
      'Cannot find user "www" ($.storage.files.0.user.name): neither the image nor the config has it',
    ],
  ]
  for (const [name, config, message] of refusals) {
    test(`refuses ${name}`, () => assert.equal(failureOf(() => lines(config)).message, message))
  }
})
