import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FakeMachine, failureOf } from '../testing/fake-machine.ts'
import { setUnitState } from './set-unit-state.ts'

const enable = (name: string) => ({ kind: 'enable-unit', name, place: '$' }) as const
const disable = (name: string) => ({ kind: 'disable-unit', name, place: '$' }) as const
const install = '[Install]\nWantedBy=multi-user.target\n'

function machineWith(files: Readonly<Record<string, string>>): FakeMachine {
  return new FakeMachine({ files })
}

test('setUnitState() runs systemctl for units of the image and of the config, and instances', () => {
  const machine = machineWith({
    '/etc/systemd/system/app.service': install,
    '/usr/lib/systemd/system/job@.timer': install,
  })
  for (const name of ['ssh.service', 'app.service', 'job@daily.timer']) setUnitState(machine, enable(name))
  setUnitState(machine, disable('ssh.service'))
  assert.deepEqual(machine.commands, [
    'systemctl --root=/ enable ssh.service',
    'systemctl --root=/ enable app.service',
    'systemctl --root=/ enable job@daily.timer',
    'systemctl --root=/ disable ssh.service',
  ])
  assert.deepEqual(machine.logged, [])
})

test('setUnitState() knows the services that quadlets become', () => {
  const home = '/etc/containers/systemd'
  const machine = machineWith({
    [`${home}/web.container`]: install,
    [`${home}/team/db.pod`]: install,
    [`${home}/data.volume`]: install,
    [`${home}/named.kube`]: `[Kube]\nServiceName=other\n${install}`,
    [`${home}/job@.container`]: install,
    [`${home}/job@.container.d/10.conf`]: '',
  })
  const names = ['web', 'db-pod', 'data-volume', 'other', 'job@1'].map((name) => `${name}.service`)
  for (const name of names) setUnitState(machine, enable(name))
  assert.deepEqual(machine.commands, [])
  assert.equal(
    machine.logged[0],
    'Unit "web.service" is made at boot from /etc/containers/systemd/web.container: its [Install] section decides',
  )
  for (const name of ['db.service', 'named.service', 'web.timer']) {
    assert.equal(failureOf(() => setUnitState(machine, enable(name))).code, 'provision/unknown-unit')
  }
})

test('setUnitState() warns of a unit that nothing starts', () => {
  const machine = machineWith({
    '/etc/systemd/system/app.service': '[Service]\nExecStart=/bin/true\n',
    '/etc/systemd/system/ok.service': '[Service]\nExecStart=/bin/true\n',
    '/etc/systemd/system/ok.service.d/10.conf': install,
  })
  setUnitState(machine, enable('ok.service'))
  setUnitState(machine, enable('app.service'))
  assert.deepEqual(machine.logged, [
    'Warning: unit "app.service" is enabled, but has no [Install] section: nothing starts it',
  ])
})

test('setUnitState() has nothing to disable where there is no unit', () => {
  const machine = new FakeMachine()
  setUnitState(machine, disable('nope.service'))
  assert.deepEqual(machine.commands, [])
})
