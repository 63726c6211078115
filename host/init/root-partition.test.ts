import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FakeSys } from '../sys/fake-sys.ts'
import { bootLog } from './boot-log.ts'
import { listDisks } from './disks.ts'
import { openRoot } from './root-partition.ts'
import { addDisk, type TestPartition } from './test-disk.ts'

const root: TestPartition = {
  number: 6,
  name: 'root',
  type: '4f68bce3-e8cd-4db1-96e7-fbcaf984b709',
  uuid: '01234567-89ab-cdef-0011-223344556677',
  first: 1000,
  last: 2_000_999,
}

/** The start of an ext4 file system of so many 4 KiB blocks. */
function ext4(blocks: number): Uint8Array {
  const bytes = new Uint8Array(2048)
  const view = new DataView(bytes.buffer)
  view.setUint16(1024 + 0x38, 0xef53, true)
  view.setUint32(1024 + 4, blocks, true)
  view.setUint32(1024 + 0x18, 2, true)
  return bytes
}

function machine(options: { sectors: number; backupLba?: number; partitions: TestPartition[] }) {
  const sys = new FakeSys()
  addDisk(sys, 'vda', options)
  sys.addFile('/dev/vda6', ext4(2_000_000 / 8))
  for (const name of ['mount', 'umount']) sys.addProgram(name)
  sys.addProgram('chroot', (args) => {
    if (args[1] === 'systemd-repart') addDisk(sys, 'vda', { sectors: options.sectors, partitions: [root] })
    return {}
  })
  return { sys, open: () => openRoot(sys, bootLog(sys), listDisks(sys)[0]!) }
}

test('openRoot() only checks and mounts what is there', () => {
  const { sys, open } = machine({ sectors: 2_001_034, partitions: [root] })
  open()
  assert.deepEqual(sys.commands, [
    'chroot /stage e2fsck -p /dev/vda6',
    'mount -t ext4 -o rw,noatime,nodelalloc /dev/vda6 /sysroot',
  ])
})

test('openRoot() makes a missing partition', () => {
  const { sys, open } = machine({ sectors: 2_001_034, partitions: [] })
  open()
  assert.equal(sys.commands[0], 'chroot /stage systemd-repart --dry-run=no --no-pager /dev/vda')
  assert.equal(sys.commands.at(-1), 'mount -t ext4 -o rw,noatime,nodelalloc /dev/vda6 /sysroot')
})

test('openRoot() grows the partition of a disk that became larger', () => {
  const { sys, open } = machine({ sectors: 4_000_000, backupLba: 2_001_033, partitions: [root] })
  open()
  assert.equal(sys.commands[0], 'chroot /stage systemd-repart --dry-run=no --no-pager /dev/vda')
})

test('openRoot() grows a file system that is smaller than its partition, where resize2fs sees it mounted', () => {
  const { sys, open } = machine({ sectors: 2_001_034, partitions: [root] })
  sys.addFile('/dev/vda6', ext4(1000))
  open()
  assert.deepEqual(sys.commands.slice(-3), [
    'mount -o bind /sysroot /stage/mnt',
    'chroot /stage resize2fs /dev/vda6',
    'umount /stage/mnt',
  ])
})

test('openRoot() refuses a file system that cannot be mended', () => {
  const { sys, open } = machine({ sectors: 2_001_034, partitions: [root] })
  sys.addProgram('chroot', () => ({ code: 4, stdout: 'UNEXPECTED INCONSISTENCY' }))
  assert.throws(open, { code: 'init/root-damaged' })
  assert.equal(
    sys.commands.some((line) => line.startsWith('mount')),
    false,
  )
})

test('openRoot() boots with what is there when it cannot grow', () => {
  const { sys, open } = machine({ sectors: 4_000_000, backupLba: 2_001_033, partitions: [root] })
  sys.addFile('/dev/vda6', ext4(1000))
  sys.addProgram('chroot', (args) =>
    args[1] === 'e2fsck' ? {} : { code: 1, stderr: `${args[1]} is not able to` },
  )
  open()
  assert.ok(sys.commands.includes('mount -t ext4 -o rw,noatime,nodelalloc /dev/vda6 /sysroot'))
  const warnings = sys.logged.filter((line) => line.includes('Warning')).join('\n')
  assert.match(warnings, /systemd-repart is not able to/)
  assert.match(warnings, /resize2fs is not able to/)
})

test('openRoot() does not call a file system of another kind damaged', () => {
  const { sys, open } = machine({ sectors: 2_001_034, partitions: [root] })
  sys.addFile('/dev/vda6', 'XFSB')
  sys.addProgram('chroot', () => ({ code: 8, stderr: 'Bad magic number' }))
  assert.throws(open, {
    code: 'init/root-foreign',
    message: 'Cannot use the root partition /dev/vda6: it holds no ext4',
  })
})

test('openRoot() shows what e2fsck says on either output', () => {
  const { sys, open } = machine({ sectors: 2_001_034, partitions: [root] })
  sys.addProgram('chroot', () => ({ code: 8, stdout: 'one ', stderr: 'two' }))
  assert.throws(open, {
    message: 'Cannot mend the root file system on /dev/vda6 (e2fsck exit code 8): one two',
  })
})
