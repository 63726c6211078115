import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { seededRandom } from '@afloat/build/testkit/seed'
import { damageDisk, partitionRange } from '../disk-bytes.ts'
import type { DiskImage } from '../qemu-args.ts'
import { listExtents } from './erofs-extents.ts'
import { expectFailureScreen, failing } from './failed-boot.ts'
import { Lab } from './lab.ts'
import { waitUntilReady } from './ready.ts'

const lab = await Lab.open()
after(() => lab.close())

const random = seededRandom().fork('damaged-usr')
const blockBytes = 4096

/** What the kernel says when a block does not have the hash that the root hash vouches for. */
const corrupted = /device-mapper: verity: .*is corrupted/

test('one damaged byte in what is read first refuses the boot', async (t) => {
  const rows: [name: string, partition: string, offset: number, screen: RegExp][] = [
    ['superblock of the file system', 'usr-a', 1024 + random.int(0, 15), /Cannot open \/usr/],
    [
      'magic of the hash tree',
      'usr-a-verity',
      random.int(0, 5),
      /does not begin with a dm-verity superblock/,
    ],
    ['salt of the hash tree', 'usr-a-verity', 88 + random.int(0, 31), /Cannot open \/usr/],
    ['top of the hash tree', 'usr-a-verity', blockBytes + random.int(0, 31), /Cannot open \/usr/],
  ]
  for (const [name, partition, offset, pattern] of rows) {
    await t.test(`${name}, byte ${offset} of ${partition}`, async () => {
      const disk = await lab.newDisk()
      await damage(disk, partition, offset)
      await lab.withMachine({ disk, ...failing }, async (machine) => {
        assert.match(await expectFailureScreen(machine, 'init/usr-damaged'), pattern)
      })
    })
  }
})

test('a damaged systemd is never started', async () => {
  const disk = await lab.newDisk()
  for (const { start } of await listExtents(lab, '/lib/systemd/systemd')) await damage(disk, 'usr-a', start)
  await lab.withMachine({ disk, ...failing, failure: /(?!)/ }, async (machine) => {
    await machine.console.expect(/Start systemd/, { timeoutMs: 240_000 })
    await machine.console.expect(corrupted, { timeoutMs: 60_000 })
    await machine.console.expect(/Kernel panic - not syncing/, { timeoutMs: 60_000 })
    machine.console.assertNever(/Welcome to /)
  })
})

test('one damaged byte in a program makes it unreadable, and the rest of the system goes on', async (t) => {
  const disk = await lab.newDisk()
  const program = '/bin/zstd'
  const { start, length } = random.pick(await listExtents(lab, program))
  const offset = start + random.int(0, length - 1)
  t.diagnostic(`damaged byte ${offset} of /usr, in ${program}`)
  await damage(disk, 'usr-a', offset)
  await lab.withMachine({ disk }, async (machine) => {
    await waitUntilReady(machine)
    assert.match(await machine.sh('dmsetup status usr'), / verity V$/)
    const read = await machine.exec(`cat /usr${program} >/dev/null`)
    assert.equal(read.code, 1)
    assert.match(read.stderr, /Input\/output error/)
    assert.match(await machine.sh('dmesg'), corrupted)
    assert.match(await machine.sh('dmsetup status usr'), / verity C$/)
    assert.match(await machine.sh('sha256sum /usr/bin/podman'), /^[0-9a-f]{64} /)
    assert.equal(await machine.sh('systemctl is-system-running'), 'running')
  })
})

/** Inverts one byte of a partition. */
async function damage(disk: DiskImage, partition: string, offset: number): Promise<void> {
  const range = await partitionRange(lab.tools, disk, partition)
  await damageDisk(lab.tools, disk, range.offset + offset, 1)
}
