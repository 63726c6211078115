import assert from 'node:assert/strict'
import { test } from 'node:test'
import { listRunningSurvivors, listSurvivors } from './list-survivors.ts'
import {
  addMarks,
  containerId,
  machineWithContainer,
  payloadGroup,
  unitGroup,
} from './testing/fake-container.ts'

test('listSurvivors() tells the container in a unit by its groups, and its name by its conmon', () => {
  assert.deepEqual(listSurvivors(machineWithContainer()), [
    {
      unit: 'web.service',
      name: 'shop',
      kind: 'container',
      cgroup: unitGroup,
      pids: [200, 100],
      mainPid: 200,
      container: {
        id: containerId,
        conmonPid: 100,
        bundle: `/var/lib/containers/storage/overlay-containers/${containerId}/userdata`,
      },
    },
  ])
})

test('listSurvivors() tells networks, portable services and helpers apart, and leaves out what is not up', () => {
  const unit = (id: string, more: string) =>
    `Id=${id}\nLoadState=loaded\nActiveState=active\nSurviveFinalKillSignal=yes\nControlGroup=\n${more}\n`
  const shown = [
    unit('talk-network.service', 'SourcePath=/etc/containers/systemd/talk.network'),
    unit('clock.service', 'RootImage=/var/lib/portables/clock.raw'),
    unit('afloat-dns.service', ''),
    unit('by-hand.service', 'MainPID=7'),
    unit('ended.service', '').replace('=active', '=failed'),
    unit('gone.service', '').replace('=loaded', '=not-found'),
  ].join('\n')
  const kinds = listSurvivors(machineWithContainer({ shown })).map(({ name, kind }) => [name, kind])
  assert.deepEqual(kinds, [
    ['afloat-dns', 'helper'],
    ['by-hand', 'service'],
    ['clock', 'portable'],
    ['talk-network', 'network'],
  ])
})

test('listRunningSurvivors() asks systemd about nothing but units that are marked', () => {
  const sys = machineWithContainer()
  addMarks(sys, ['/system.slice', unitGroup, payloadGroup, '/system.slice/guard.service/below.scope'])
  assert.deepEqual(
    listRunningSurvivors(sys).map(({ name }) => name),
    ['shop'],
  )
  assert.deepEqual(
    sys.commands.filter((line) => line.startsWith('systemctl')).map((line) => line.split(' -- ')[1]),
    ['guard.service web.service'],
  )
})

test('listRunningSurvivors() asks nobody when nothing is marked', () => {
  const sys = machineWithContainer()
  addMarks(sys, [])
  assert.deepEqual(listRunningSurvivors(sys), [])
  assert.deepEqual(
    sys.commands.filter((line) => line.startsWith('systemctl')),
    [],
  )
})
