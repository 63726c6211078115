import assert from 'node:assert/strict'
import { test } from 'node:test'
import { otherSlot, readRunning } from './read-running.ts'
import { hashA, hashB, slotMachine } from './test-machine.ts'
import { parseVerityTables } from './verity-mapping.ts'

test('readRunning() goes by the device beneath /usr, whatever the kernel command line says', () => {
  const sys = slotMachine({ slotB: hashB })
  sys.addFile('/proc/cmdline', `usrhash=${hashB}`)
  assert.deepEqual(readRunning(sys), {
    version: '1.0.0',
    rootHash: hashA,
    slot: 'a',
    disk: '/dev/vda',
    usrDevice: '/dev/vda2',
    verityDevice: '/dev/vda3',
    mapping: 'usr',
    deviceNumber: '253:0',
  })
})

test('readRunning() looks beneath what extensions lay over /usr', () => {
  const sys = slotMachine({ slotB: hashB })
  const mounts = sys.readText('/proc/self/mountinfo')!
  sys.addFile('/proc/self/mountinfo', `${mounts}99 34 0:51 / /usr ro - overlay sysext ro,lowerdir=/usr\n`)
  assert.equal(readRunning(sys).deviceNumber, '253:0')
})

test('otherSlot() reads its name from the disk', () => {
  const sys = slotMachine({ slotB: hashB })
  const { name, usr, verity, rootHash } = otherSlot(sys, readRunning(sys))
  assert.deepEqual([name, usr.device, usr.number, verity.device], ['b', '/dev/vda4', 4, '/dev/vda5'])
  assert.equal(rootHash, hashB)
})

test('readRunning() refuses a machine whose /usr is not verified', () => {
  const sys = slotMachine()
  sys.addFile('/proc/self/mountinfo', '33 1 254:6 / / rw - ext4 /dev/vda6 rw\n')
  assert.throws(() => readRunning(sys), { code: 'slots/no-verity' })
})

test('parseVerityTables() reads mappings of any name, and of nothing else', () => {
  const tables = [
    `usr: 0 226632 verity 1 254:2 254:3 4096 4096 28329 1 sha256 ${hashA} 05ce 2 restart_on_corruption`,
    `usr-bbbbbbbb: 0 8 verity 1 254:4 254:5 4096 4096 1 1 sha256 ${hashB} -`,
    'var: 0 8 crypt aes-xts-plain64 :64:logon:x 0 254:7 32768',
  ].join('\n')
  const numbers = 'usr 253 0\nusr-bbbbbbbb 253 2\nvar 253 1\n'
  assert.deepEqual(
    parseVerityTables(tables, numbers).map(({ name, number, data, hash, rootHash }) => [
      name,
      number,
      data,
      hash,
      rootHash,
    ]),
    [
      ['usr', '253:0', '254:2', '254:3', hashA],
      ['usr-bbbbbbbb', '253:2', '254:4', '254:5', hashB],
    ],
  )
  assert.deepEqual(parseVerityTables('No devices found\n', 'No devices found\n'), [])
})
