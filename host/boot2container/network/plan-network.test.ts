import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parsePipeline } from '@afloat/boot2container'
import { shellLine } from '../../sys/shell-line.ts'
import { interfaceScript, planNetwork } from './plan-network.ts'

const plan = (cmdline: string, ip?: string) => planNetwork(parsePipeline(cmdline).config.interfaces, ip)
const none = { addresses: [], routes: [], nameservers: [], forward: false }

test('planNetwork() takes b2c.iface before ip=, and that before DHCP', () => {
  assert.deepEqual(plan(''), { kind: 'any' })
  assert.deepEqual(plan('', 'dhcp'), { kind: 'any' })
  assert.deepEqual(plan('', 'off'), { kind: 'off' })
  assert.deepEqual(plan('', 'eth1:dhcp'), {
    kind: 'named',
    interfaces: [{ ...none, name: 'eth1', dhcp: true }],
  })
  assert.deepEqual(plan('', '10.0.0.5::10.0.0.1:24::eth0:none:9.9.9.9'), {
    kind: 'named',
    interfaces: [
      {
        ...none,
        name: 'eth0',
        dhcp: false,
        addresses: ['10.0.0.5/24'],
        nameservers: ['9.9.9.9'],
        gateway: '10.0.0.1',
      },
    ],
  })
  assert.equal(plan('', '10.0.0.5::10.0.0.1:24').kind, 'first')
  assert.deepEqual(plan('', ':::::eth1'), plan('', 'eth1:dhcp'))
  assert.deepEqual(plan('', 'bootp'), { kind: 'any' })
  const named = plan('b2c.iface=eth0,auto', 'off')
  assert.deepEqual(named.kind === 'named' && named.interfaces.map(({ name }) => name), ['eth0'])
  assert.throws(() => plan('', '10.0.0.5::x:24'), { code: 'b2c/bad-ip' })
})

test('interfaceScript() sets addresses, routes and forwarding, also when they are there', () => {
  const [eth0] = parsePipeline(
    'b2c.iface=eth0,address=10.0.0.5/24,address=2001:db8::5/64,gateway=10.0.0.1,route=10.1.0.0/16:10.0.0.2,forward',
  ).config.interfaces
  assert.deepEqual(interfaceScript(eth0!, shellLine), [
    'ip -4 addr replace 10.0.0.5/24 dev eth0',
    'ip -6 addr replace 2001:db8::5/64 dev eth0',
    'ip -4 route replace 10.1.0.0/16 via 10.0.0.2 dev eth0 onlink',
    'ip -4 route replace default via 10.0.0.1 dev eth0 onlink',
    'echo 1 > /proc/sys/net/ipv4/ip_forward',
    'for file in /proc/sys/net/ipv6/conf/*/accept_ra; do',
    '  [ -e "$file" ] && read -r accepts < "$file" && [ "$accepts" = 1 ] && echo 2 > "$file"',
    'done',
    '[ ! -e /proc/sys/net/ipv6/conf/all/forwarding ] || echo 1 > /proc/sys/net/ipv6/conf/all/forwarding',
  ])
})
