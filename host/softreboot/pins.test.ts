import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hashB, slotMachine } from '../slots/test-machine.ts'
import type { FakeSys } from '../sys/fake-sys.ts'
import { findPins } from './find-pins.ts'
import { mapsNumber, parseFileUses, parseMapUses, unitOf } from './pins.ts'

const old = new Set(['253:1'])

test('parseMapUses() goes by device number: paths look the same in the old and the new root', () => {
  const text = `/proc/527/maps:7f0000000000-7f0000001000 r-xp 00000000 fd:01 4711                       /usr/bin/sleep
/proc/528/maps:7f0000000000-7f0000001000 r-xp 00000000 fd:00 4711                       /usr/bin/sleep
/proc/527/maps:7f0000001000-7f0000002000 r-xp 00000000 fd:01 4712                       /usr/lib/x86_64-linux-gnu/libc.so.6
grep: /proc/9/maps: No such file or directory
`
  assert.deepEqual(parseMapUses(text, old), [{ pid: 527, via: 'maps', device: '253:1' }])
  assert.equal(mapsNumber('253:10'), 'fd:0a')
  assert.equal(mapsNumber('8:256'), '08:100')
})

test('parseFileUses() tells how a process holds it', () => {
  const text = `253:1 /proc/12/exe
253:0 /proc/12/cwd
253:1 /proc/12/fd/3
253:1 /proc/13/root
0:5 /proc/13/fd/0
stat: cannot stat '/proc/14/exe': No such file or directory
`
  assert.deepEqual(
    parseFileUses(text, old).map(({ pid, via }) => `${pid} ${via}`),
    ['12 exe', '12 fd', '13 root'],
  )
})

test('unitOf() names the unit that systemd knows', () => {
  const id = 'd'.repeat(64)
  const rows: [string, string | undefined][] = [
    ['0::/system.slice/web.service/libpod-payload-abc', 'web.service'],
    [`0::/machine.slice/libpod-${id}.scope`, undefined],
    ['0::/user.slice/user-0.slice/session-1.scope', 'session-1.scope'],
    ['0::/system.slice/system-getty.slice/getty@tty1.service', 'getty@tty1.service'],
    ['0::/init.scope', 'init.scope'],
    ['1:name=systemd:/\n0::/system.slice/a.service/runtime', 'a.service'],
    ['', undefined],
  ]
  for (const [text, unit] of rows) assert.equal(unitOf(text), unit, text)
})

function pinned(): FakeSys {
  const sys = slotMachine()
  const table = `0 8 verity 1 254:4 254:5 4096 4096 1 1 sha256 ${hashB} 00`
  sys.mustRun(['dmsetup', 'create', 'usr-bbbbbbbb', '--table', table])
  sys.addProgram('sh', (args) =>
    args[1]?.includes('grep')
      ? { stdout: '/proc/66/maps:7f00-7f01 r-xp 00000000 fd:01 5 /usr/bin/conmon\n' }
      : { stdout: '253:1 /proc/66/exe\n253:0 /proc/77/exe\n' },
  )
  sys.addProgram('losetup', () => ({ stdout: '/dev/loop0 253:1\n/dev/loop1 254:6\n' }))
  sys.makeDirs('/sys/block/loop0/loop')
  sys.addFile('/proc/66/comm', 'conmon\n')
  sys.addFile('/proc/66/cgroup', '0::/system.slice/web.service/runtime\n')
  for (const pid of ['66', '67']) {
    sys.makeDirs(`/proc/${pid}/ns`)
    sys.symlink('mnt:[2]', `/proc/${pid}/ns/mnt`)
    sys.addFile(`/proc/${pid}/mountinfo`, '372 371 253:1 / /usr ro - erofs /dev/mapper/usr ro\n')
  }
  return sys
}

test('findPins() names processes, namespaces and loop devices with their unit', () => {
  assert.deepEqual(findPins(pinned()), [
    {
      kind: 'process',
      pids: [66],
      command: 'conmon',
      unit: 'web.service',
      via: ['maps', 'exe'],
      device: '253:1',
    },
    {
      kind: 'namespace',
      pids: [66, 67],
      command: 'conmon',
      unit: 'web.service',
      via: ['/usr'],
      device: '253:1',
    },
    { kind: 'loop', pids: [], via: ['/dev/loop0'], device: '253:1' },
  ])
})

test('findPins() knows an /etc of an earlier life by what it writes to', () => {
  const sys = pinned()
  const etc = '373 371 0:99 / /etc rw - overlay overlay rw,upperdir=/run/nextroot/var/lib/afloat/etc/upper\n'
  sys.addFile('/proc/67/mountinfo', etc)
  sys.addFile('/proc/66/mountinfo', etc)
  assert.ok(findPins(sys).some(({ kind, device }) => kind === 'namespace' && device === '0:99'))
})

test('findPins() finds nothing, and starts no search, when only one release is open', () => {
  const sys = slotMachine()
  assert.deepEqual(findPins(sys), [])
  assert.ok(!sys.commands.some((line) => line.startsWith('sh ')))
})
