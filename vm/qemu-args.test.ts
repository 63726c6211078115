import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type QemuPlan, qemuArgs } from './qemu-args.ts'

const plan: QemuPlan = {
  name: 'web',
  accel: 'tcg',
  cpus: 2,
  memoryMiB: 1024,
  disks: [{ path: '/c/d,1.qcow2', format: 'qcow2' }],
  boot: { vars: '/c/v,1.fd' },
  ports: [{ host: 8080, guest: 80 }],
  guestForwards: [{ address: '10.0.2.100', port: 5000, hostPort: 4000 }],
  onReboot: 'stop',
  consoleLog: '/c/console,1.log',
  extra: ['-S'],
}
const after = (args: string[], flag: string): string[] => args.filter((_, i) => args[i - 1] === flag)

test('qemuArgs() doubles commas in paths of option lists, not in JSON', () => {
  const args = qemuArgs(plan)
  assert.ok(after(args, '-drive').includes('if=pflash,format=raw,file=/c/v,,1.fd'))
  assert.ok(after(args, '-chardev').includes('socket,id=console,fd=3,logfile=/c/console,,1.log,logappend=on'))
  assert.equal(JSON.parse(after(args, '-blockdev')[0]!).file.filename, '/c/d,1.qcow2')
})

test('qemuArgs() forwards ports of the loopback address only', () => {
  assert.deepEqual(after(qemuArgs(plan), '-netdev'), [
    'user,id=net,hostfwd=tcp:127.0.0.1:8080-:80,guestfwd=tcp:10.0.2.100:5000-cmd:busybox nc 127.0.0.1 4000',
  ])
})

test('qemuArgs() starts a kernel without firmware', () => {
  const args = qemuArgs({ ...plan, boot: { kernel: '/k', initrd: '/i', append: 'a b' } })
  assert.deepEqual(
    ['-kernel', '-initrd', '-append', '-drive'].map((flag) => after(args, flag)),
    [['/k'], ['/i'], ['a b'], []],
  )
})

test('qemuArgs() makes a computer of the architecture of the kernel', () => {
  const args = qemuArgs({ ...plan, boot: { kernel: '/k', append: '', architecture: 'aarch64' } })
  assert.equal(args[0], 'qemu-system-aarch64')
  assert.deepEqual([after(args, '-machine'), after(args, '-cpu')], [['virt'], ['cortex-a76']])
  assert.equal(qemuArgs(plan)[0], 'qemu-system-x86_64')
})

test('qemuArgs() boots by the firmware of the architecture', () => {
  const drives = (boot: QemuPlan['boot']) => after(qemuArgs({ ...plan, boot }), '-drive')
  assert.match(drives({ vars: '/v' })[0]!, /,file=\/usr\/share\/OVMF\/OVMF_CODE_4M\.fd$/)
  assert.match(drives({ vars: '/v', architecture: 'aarch64' })[0]!, /,file=\/usr\/share\/AAVMF\//)
  assert.match(
    drives({ vars: '/v', firmware: 'secure-boot' })[0]!,
    /,file=\/usr\/share\/OVMF\/OVMF_CODE_4M\.ms\.fd$/,
  )
  assert.deepEqual(drives({ bios: true }), [])
})

test('qemuArgs() boots from the network', () => {
  const boot = { bootFile: 'http://10.0.2.2:80/a,b', mac: '52:54:00:00:00:01' }
  const args = qemuArgs({ ...plan, boot, ports: [], guestForwards: [], disks: [] })
  assert.deepEqual(after(args, '-netdev'), ['user,id=net,bootfile=http://10.0.2.2:80/a,,b'])
  assert.ok(after(args, '-device').includes('virtio-net-pci,netdev=net,mac=52:54:00:00:00:01,bootindex=0'))
  assert.deepEqual(after(args, '-drive'), [])
})

test('qemuArgs() turns reboot into power off, and puts extra arguments last', () => {
  assert.ok(qemuArgs(plan).includes('-no-reboot'))
  assert.ok(!qemuArgs({ ...plan, onReboot: 'restart' }).includes('-no-reboot'))
  assert.equal(qemuArgs(plan).at(-1), '-S')
})
