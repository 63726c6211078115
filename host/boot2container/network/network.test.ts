import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parsePipeline } from '@afloat/boot2container'
import { AfloatError } from '@afloat/report'
import type { FakeSys } from '../../sys/fake-sys.ts'
import { places } from '../places.ts'
import { machineReporter } from '../reporter.ts'
import { fakeMachine } from '../testing/fake-machine.ts'
import { startNetwork } from './network.ts'
import { type NetworkPlan, planNetwork } from './plan-network.ts'

const start = (sys: FakeSys, plan: NetworkPlan) =>
  startNetwork(sys, machineReporter(sys), plan, { hostname: 'x' })

function addInterface(sys: FakeSys, name: string): void {
  sys.addFile(`/sys/class/net/${name}/type`, '1\n')
  sys.addFile(`/sys/class/net/${name}/device/x`, '')
}

/** The interfaces that a DHCP client was started on. */
const asked = (sys: FakeSys): string[] =>
  sys.commands.flatMap((line) => /udhcpc -i (\S+)/.exec(line)?.[1] ?? [])

test('startNetwork() asks on all Ethernet interfaces beside each other, and one answer is enough', () => {
  const sys = fakeMachine('')
  addInterface(sys, 'eth1')
  const network = start(sys, { kind: 'any' })
  assert.deepEqual(asked(sys), ['eth0', 'eth1'])
  network.need()
  assert.equal(sys.uptimeMs(), 0)
})

test('startNetwork() sees an interface that comes late', () => {
  const sys = fakeMachine('', { answers: false })
  const network = start(sys, { kind: 'any' })
  const exists = sys.exists.bind(sys)
  sys.exists = (path) => {
    if (sys.uptimeMs() > 20_000 && !exists('/sys/class/net/eth7')) {
      addInterface(sys, 'eth7')
      sys.addFile(`${places.network}/eth7`, '')
    }
    return exists(path)
  }
  network.need()
  assert.ok(asked(sys).includes('eth7'))
})

test('Network.need() gives up after a minute, once', () => {
  const sys = fakeMachine('', { answers: false })
  const network = start(sys, { kind: 'any' })
  assert.throws(() => network.need(), { code: 'b2c/no-network' })
  const spentMs = sys.uptimeMs()
  assert.ok(spentMs >= 60_000 && spentMs < 61_000)
  assert.throws(() => network.need(), { code: 'b2c/no-network' })
  assert.equal(sys.uptimeMs(), spentMs)
})

test('Network.need() names the interface that is not there', () => {
  const sys = fakeMachine('')
  const plan = planNetwork([], 'eth9:dhcp')
  assert.throws(() => start(sys, plan).need(), { message: 'Cannot bring up eth9 (not there): found eth0' })
})

test('Network.wish() does not wait where no cable is', () => {
  const sys = fakeMachine('', { answers: false })
  assert.equal(start(sys, { kind: 'any' }).wish(3_000), false)
  assert.equal(sys.uptimeMs(), 0)
  sys.writeFile('/sys/class/net/eth0/carrier', '1\n')
  assert.equal(start(sys, { kind: 'any' }).wish(3_000), false)
  assert.equal(sys.uptimeMs(), 3_000)
})

test('Network.wish() does not ask a card for its cable that could not be set up', () => {
  const sys = fakeMachine('', { answers: false })
  sys.addFile('/sys/class/net/eth0/flags', '0x1002\n')
  const read = sys.readText.bind(sys)
  sys.readText = (path) => {
    if (path.endsWith('/carrier')) throw new AfloatError('sys/io-failed', `Cannot read "${path}": EINVAL`)
    return read(path)
  }
  assert.equal(start(sys, { kind: 'any' }).wish(3_000), false)
  assert.equal(sys.uptimeMs(), 0)
  sys.writeFile('/sys/class/net/eth0/flags', '0x1003\n')
  assert.throws(() => start(sys, { kind: 'any' }).wish(3_000), { code: 'sys/io-failed' })
})

test('startNetwork() gives an address without a name to the first interface', () => {
  const sys = fakeMachine('')
  const network = start(sys, planNetwork([], '10.1.2.3::10.1.2.1:24:::none:9.9.9.9'))
  assert.equal(network.wish(0), true)
  assert.equal(sys.readText(`${places.network}/eth0`), 'nameserver 9.9.9.9\n')
  assert.ok(sys.commands.some((line) => line.includes('addr replace 10.1.2.3/24 dev eth0')))
})

test('startNetwork() leaves to the lease what is wanted besides it', () => {
  const sys = fakeMachine('')
  const [eth0] = parsePipeline(
    'b2c.iface=eth0,dhcp,address=10.9.0.2/24,route=10.8.0.0/16:10.9.0.1,nameserver=9.9.9.9',
  ).config.interfaces
  const network = start(sys, planNetwork([eth0!], undefined))
  assert.equal(network.wish(0), true)
  assert.ok(!sys.commands.some((line) => line.includes('10.9.0.2')))
  assert.equal(
    sys.readText('/run/afloat/network-additions/eth0'),
    `ip -4 addr replace 10.9.0.2/24 dev eth0
ip -4 route replace 10.8.0.0/16 via 10.9.0.1 dev eth0 onlink
echo nameserver 9.9.9.9
`,
  )
  start(sys, { kind: 'any' })
  assert.equal(sys.exists('/run/afloat/network-additions/eth0'), false)
})
