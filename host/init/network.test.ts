import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseCmdline } from '@afloat/cmdline'
import { FakeSys } from '../sys/fake-sys.ts'
import { networkUp } from './network.ts'

/** A machine with these Ethernet interfaces; `answers` says whether a DHCP server answers on one now. */
function machine(names: readonly string[], answers: (device: string, sys: FakeSys) => boolean): FakeSys {
  const sys = new FakeSys()
  for (const name of names) addInterface(sys, name)
  sys.addFile('/sys/bus/virtio/devices/virtio0/modalias', 'virtio:d1v1\n')
  sys.addProgram('chroot')
  sys.addProgram('ip', (args) => ({ stdout: args[0] === '-o' ? '2: x    inet 10.0.2.15/24 brd' : '' }))
  sys.addProgram('udhcpc', ([, device = '']) => {
    if (answers(device, sys)) return {}
    sys.sleepMs(9_000)
    return { code: 1 }
  })
  sys.addWatch(['uevent'], [])
  return sys
}

function addInterface(sys: FakeSys, name: string): void {
  sys.addFile(`/sys/class/net/${name}/type`, '1\n')
  sys.addFile(`/sys/class/net/${name}/device/x`, '')
}

const up = (sys: FakeSys, cmdline = '') => networkUp(sys, parseCmdline(cmdline))

test('networkUp() loads the drivers of /usr and asks on every interface', async () => {
  const sys = machine(['eth0', 'eth1'], (device) => device === 'eth1')
  assert.deepEqual(await up(sys), { device: 'eth1', summary: 'eth1 has 10.0.2.15/24' })
  assert.ok(sys.commands.includes('chroot /stage modprobe -q -a virtio:d1v1'))
  assert.equal(sys.uptimeMs(), 9_000)
})

test('networkUp() asks again until a port opens, and sees an interface that comes late', async () => {
  const open = machine(['eth0'], (_, sys) => sys.uptimeMs() > 30_000)
  assert.equal((await up(open)).device, 'eth0')
  const late = machine(['eth0'], (device, sys) => {
    if (sys.uptimeMs() > 5_000) addInterface(sys, 'eth1')
    return device === 'eth1'
  })
  assert.equal((await up(late)).device, 'eth1')
})

test('networkUp() gives up after a minute', async () => {
  const sys = machine(['eth0', 'eth1'], () => false)
  await assert.rejects(up(sys), {
    code: 'init/no-network',
    message: 'Cannot get an address by DHCP on eth0, eth1',
  })
  assert.ok(sys.uptimeMs() < 90_000)
  await assert.rejects(up(machine([], () => true)), { message: 'Cannot find network interface of any kind' })
})

test('networkUp() goes on when the program that tells of devices has ended', async () => {
  const sys = machine([], () => true)
  sys.addWatch(['uevent'], [], { ends: true })
  await assert.rejects(up(sys), { code: 'init/no-network' })
  const loads = sys.commands.filter((line) => line.includes('modprobe')).length
  assert.ok(loads > 50 && loads < 200, String(loads))
})

test('networkUp() sets a static address with a gateway outside of its network', async () => {
  const sys = machine(['eth0', 'eth1'], () => false)
  await up(sys, 'ip=10.1.2.3::172.31.1.1:32::eth1:none:1.1.1.1')
  assert.deepEqual(sys.commands.slice(-2), [
    'ip addr add 10.1.2.3/32 dev eth1',
    'ip route add default via 172.31.1.1 dev eth1 onlink',
  ])
  assert.equal(sys.readText('/run/systemd/resolve/stub-resolv.conf'), 'nameserver 1.1.1.1\n')
})
