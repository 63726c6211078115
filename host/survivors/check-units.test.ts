import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkUnits } from './check-units.ts'
import type { Survivor } from './survivor.ts'
import type { UnitProperties } from './units.ts'

const web: Survivor = {
  unit: 'web.service',
  name: 'web',
  kind: 'container',
  cgroup: '',
  pids: [],
  mainPid: 0,
}

function check(...units: UnitProperties[]): string[] {
  const own = { Id: 'web.service', IgnoreOnIsolate: 'yes' }
  const all = units.some((unit) => unit['Id'] === own.Id) ? units : [own, ...units]
  return checkUnits([web], all).map(({ code, text }) => `${code}: ${text}`)
}

test('checkUnits() finds nothing wrong with a unit that has the documented settings', () => {
  assert.deepEqual(
    check({ Id: 'web.service', IgnoreOnIsolate: 'yes', Conflicts: 'reboot.target halt.target' }),
    [],
  )
})

test('checkUnits() finds a unit with default dependencies, named by it or by the target', () => {
  const expected = [
    'survivors/stopped-at-shutdown: it is stopped at a soft reboot, as it conflicts with shutdown.target',
  ]
  assert.deepEqual(
    check({ Id: 'web.service', IgnoreOnIsolate: 'yes', Conflicts: 'shutdown.target' }),
    expected,
  )
  assert.deepEqual(check({ Id: 'shutdown.target', ConflictedBy: 'a.service web.service' }), expected)
})

test('checkUnits() follows what takes a survivor along, however long the chain', () => {
  const slice = { Id: 'system-web.slice', Conflicts: 'shutdown.target', RequiredBy: 'web.service' }
  assert.match(check(slice)[0] ?? '', /^survivors\/slice-ends: it is stopped with system-web.slice/)
  const network = { Id: 'talk-network.service', Conflicts: 'shutdown.target', RequiredBy: 'web.service' }
  assert.match(check(network)[0] ?? '', /^survivors\/network-ends/)
  const found = check(
    { Id: 'srv.mount', Conflicts: 'umount.target', BoundBy: 'data.service' },
    { Id: 'data.service', ConsistsOf: 'web.service' },
  )
  assert.deepEqual(found, [
    'survivors/mount-ends: it is stopped with srv.mount, which it needs, by way of data.service',
  ])
})

test('checkUnits() does not mind what a survivor merely wants', () => {
  assert.deepEqual(check({ Id: 'other.service', Conflicts: 'shutdown.target', WantedBy: 'web.service' }), [])
})

test('checkUnits() finds a unit that the start of the new system would stop', () => {
  assert.match(check({ Id: 'web.service', IgnoreOnIsolate: 'no' })[0] ?? '', /^survivors\/not-survivable/)
})
