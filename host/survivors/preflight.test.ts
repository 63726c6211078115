import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { FakeSys } from '../sys/fake-sys.ts'
import { checkNetwork } from './check-network.ts'
import { checkProcesses } from './check-processes.ts'
import { checkSlot } from './check-slot.ts'
import { listSurvivors } from './list-survivors.ts'
import { markSurvivors } from './mark-survivors.ts'
import { addMarks, machineWithContainer, payloadGroup, unitGroup } from './testing/fake-container.ts'

const link = '/run/systemd/netif/links/2'
const port = '/etc/systemd/network/10-port.network'
const dropIn = '/run/systemd/network/10-port.network.d/10-afloat-keep.conf'

const codes = (findings: readonly { code: string; fatal: boolean }[]) =>
  findings.map(({ code, fatal }) => `${code}${fatal ? '!' : ''}`)

test('checkProcesses() finds groups without a mark that have processes, until they are marked', () => {
  const sys = machineWithContainer()
  addMarks(sys, [unitGroup])
  assert.deepEqual(codes(checkProcesses(sys, listSurvivors(sys))), ['survivors/unmarked!'])
  markSurvivors(sys)
  assert.deepEqual(checkProcesses(sys, listSurvivors(sys)), [])
})

test('checkProcesses() finds a container that runs in a scope of its own', () => {
  const sys = machineWithContainer()
  addMarks(sys, [unitGroup])
  markSurvivors(sys)
  sys.addFile('/proc/200/cgroup', '0::/machine.slice/libpod-1.scope\n')
  assert.deepEqual(codes(checkProcesses(sys, listSurvivors(sys))), ['survivors/runtime-ends!'])
  sys.addFile('/proc/200/cgroup', `0::${payloadGroup}/deeper\n`)
  assert.deepEqual(checkProcesses(sys, listSurvivors(sys)), [])
})

test('checkNetwork() looks for KeepConfiguration= in what the network manager has read', () => {
  const check = (file: string, more?: string): string[] => {
    const sys = machineWithContainer()
    sys.addFile(link, `NETWORK_FILE=${port}\nNETWORK_FILE_DROPINS="${more === undefined ? '' : dropIn}"\n`)
    sys.addFile(port, file)
    if (more !== undefined) sys.addFile(dropIn, more)
    return codes(checkNetwork(sys, listSurvivors(sys)))
  }
  assert.deepEqual(check('[Network]\nDHCP=yes\n'), ['survivors/uplink-ends'])
  assert.deepEqual(check('[Network]\nKeepConfiguration = yes\n'), [])
  assert.deepEqual(check('[Network]\nDHCP=yes\n', '[Network]\nKeepConfiguration=yes\n'), [])
  assert.deepEqual(check('[Network]\nKeepConfiguration=yes\n', '[Network]\nKeepConfiguration=no\n'), [
    'survivors/uplink-ends',
  ])
})

test('checkNetwork() finds a name server that runs in a scope', () => {
  const sys = machineWithContainer()
  sys.addFile('/run/containers/networks/aardvark-dns/aardvark.pid', '900')
  sys.addFile('/proc/900/cgroup', '0::/system.slice/run-r1.scope\n')
  assert.deepEqual(codes(checkNetwork(sys, listSurvivors(sys))), ['survivors/names-end'])
})

/** A machine of which each process is asked for what it maps and has mounted. */
function machineOfSlot(options: { maps?: string; mounts?: string }): FakeSys {
  const sys = machineWithContainer()
  sys.addFile('/proc/self/mountinfo', '34 33 253:0 / /usr ro shared:2 - erofs /dev/mapper/usr ro\n')
  sys.symlink('mnt:[1]', '/proc/self/ns-mnt')
  sys.makeDirs('/proc/self/ns')
  sys.symlink('mnt:[1]', '/proc/self/ns/mnt')
  sys.makeDirs('/proc/100/ns')
  sys.symlink('mnt:[1]', '/proc/100/ns/mnt')
  sys.symlink('mnt:[2]', '/proc/200/ns/mnt')
  sys.addFile('/proc/100/comm', 'conmon\n')
  sys.addFile('/proc/200/mountinfo', options.mounts ?? '')
  sys.addProgram('sh', (args) => ({ stdout: args[1]?.includes('maps') === true ? (options.maps ?? '') : '' }))
  return sys
}

test('checkSlot() finds conmon, and mounts, of the slot that runs', () => {
  const check = (options: { maps?: string; mounts?: string }): string[] => {
    const sys = machineOfSlot(options)
    return codes(checkSlot(sys, listSurvivors(sys)))
  }
  assert.deepEqual(check({}), [])
  const maps = '/proc/100/maps:7f00-7f01 r--p 00000000 fd:00 4711 /usr/bin/conmon\n'
  assert.deepEqual(check({ maps }), ['survivors/conmon-in-slot'])
  const other = maps.replaceAll('100', '101')
  assert.deepEqual(check({ maps: other }), [], 'a process of another unit')
  const mounts = '90 80 253:0 /bin/catatonit /run/podman-init ro - erofs /dev/mapper/usr ro\n'
  assert.deepEqual(check({ mounts }), ['survivors/mount-of-slot'])
})

test('checkSlot() finds what is of the slot through extensions as well as beneath them', () => {
  for (const device of ['fd:00', '00:33']) {
    const maps = `/proc/100/maps:7f00-7f01 r--p 00000000 ${device} 4711 /usr/bin/conmon\n`
    const sys = machineOfSlot({ maps })
    const mounts = sys.readText('/proc/self/mountinfo')!
    sys.addFile('/proc/self/mountinfo', `${mounts}99 34 0:51 / /usr ro - overlay sysext ro,lowerdir=/usr\n`)
    assert.deepEqual(codes(checkSlot(sys, listSurvivors(sys))), ['survivors/conmon-in-slot'], device)
  }
})
