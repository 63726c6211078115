import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseIp } from './ip.ts'

test('parseIp() reads each form of the parameter', () => {
  const rows: [string, unknown][] = [
    ['off', { kind: 'off' }],
    ['dhcp', { kind: 'dhcp' }],
    ['none', { kind: 'off' }],
    ...['on', 'any', 'both', 'bootp', 'rarp', 'dhcp,1,abc'].map((kind): [string, unknown] => [
      kind,
      { kind: 'dhcp' },
    ]),
    ['eth1:dhcp', { kind: 'dhcp', device: 'eth1' }],
    ['::::host:eth0:dhcp', { kind: 'dhcp', device: 'eth0' }],
    [':::::eth0', { kind: 'dhcp', device: 'eth0' }],
    [':::::eth0:', { kind: 'dhcp', device: 'eth0' }],
    [':::::eth0:rarp', { kind: 'dhcp', device: 'eth0' }],
    [':::::eth0:dhcp,0,x', { kind: 'dhcp', device: 'eth0' }],
    ['0.0.0.0:::::eth0', { kind: 'dhcp', device: 'eth0' }],
    ['::::box', { kind: 'dhcp' }],
    [':::::eth0:off', { kind: 'off' }],
    ['::::::none', { kind: 'off' }],
    [
      '10.0.2.15:::::eth0:off',
      { kind: 'static', address: '10.0.2.15', prefix: 8, device: 'eth0', nameservers: [] },
    ],
    ['10.0.2.15', { kind: 'static', address: '10.0.2.15', prefix: 8, nameservers: [] }],
    [
      '172.16.0.1::172.16.0.9',
      { kind: 'static', address: '172.16.0.1', prefix: 16, gateway: '172.16.0.9', nameservers: [] },
    ],
    ['192.168.1.2:', { kind: 'static', address: '192.168.1.2', prefix: 24, nameservers: [] }],
    [
      '10.0.2.15::10.0.2.2:24::eth0:none',
      {
        kind: 'static',
        address: '10.0.2.15',
        prefix: 24,
        gateway: '10.0.2.2',
        device: 'eth0',
        nameservers: [],
      },
    ],
    [
      '10.0.2.15::10.0.2.2:255.255.255.0:box:eth0:none:10.0.2.3:1.1.1.1',
      {
        kind: 'static',
        address: '10.0.2.15',
        prefix: 24,
        gateway: '10.0.2.2',
        hostname: 'box',
        device: 'eth0',
        nameservers: ['10.0.2.3', '1.1.1.1'],
      },
    ],
    ['10.0.0.1:::255.255.255.255', { kind: 'static', address: '10.0.0.1', prefix: 32, nameservers: [] }],
  ]
  for (const [text, expected] of rows) assert.deepEqual(parseIp(text), expected, text)
})

test('parseIp() says what is wrong', () => {
  const rows: [string, string][] = [
    ['dhpc', 'Cannot read ip="dhpc": expected "dhcp", "DEVICE:dhcp" or client:server:gateway:netmask:…'],
    ['eth0:x', 'Cannot read ip="eth0:x": expected "dhcp", "DEVICE:dhcp" or client:server:gateway:netmask:…'],
    [
      ':::::eth0:dhpc',
      'Cannot read ip=":::::eth0:dhpc": "dhpc" is no kind of autoconfiguration: expected "dhcp" or "off"',
    ],
    ['224.0.0.1', 'Cannot read ip="224.0.0.1": address "224.0.0.1" needs a netmask'],
    [
      '10.0.2.300::10.0.2.2:24',
      'Cannot read ip="10.0.2.300::10.0.2.2:24": client address "10.0.2.300" is not an IPv4 address',
    ],
    ['10.0.2.3::x:24', 'Cannot read ip="10.0.2.3::x:24": gateway "x" is not an IPv4 address'],
    ['10.0.2.3:::255.0.255.0', 'Cannot read ip="10.0.2.3:::255.0.255.0": "255.0.255.0" is not a netmask'],
    [
      '10.0.2.3:::24::::1.1.1',
      'Cannot read ip="10.0.2.3:::24::::1.1.1": name server "1.1.1" is not an IPv4 address',
    ],
    ['10.0.2.3:::33', 'Cannot read ip="10.0.2.3:::33": "33" is not a netmask'],
  ]
  for (const [text, expected] of rows) assert.equal(parseIp(text), expected)
})

test('parseIp() never throws', () => {
  fc.assert(fc.property(fc.string(), (text) => void parseIp(text)))
})
