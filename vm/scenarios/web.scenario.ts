import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { repoDir } from '@afloat/build/paths'
import { resizeDisk } from '../disk.ts'
import { partitionRanges } from '../disk-bytes.ts'
import type { Machine } from '../machine.ts'
import { freePort } from '../ports.ts'
import type { DiskImage } from '../qemu-args.ts'
import { fwCfgNames, webConfig } from './config.ts'
import { Lab } from './lab.ts'
import { fetchPage, readRecord, waitUntilReady } from './ready.ts'

const gib = 1024 ** 3
const mib = 1024 ** 2

const lab = await Lab.open()
after(() => lab.close())

test('examples/web.yaml serves its page, and goes on doing so after a restart on a larger disk', async (t) => {
  const disk = await lab.newDisk({ sizeBytes: 4 * gib })
  const registry = await lab.webRegistry()
  const port = await freePort()
  const page = await readFile(join(repoDir, 'examples/web/www/index.html'), 'utf8')
  let before: State | undefined

  await t.test('the image has no root partition', async () => {
    const names = [...(await partitionRanges(lab.tools, disk)).keys()]
    assert.deepEqual(names, ['esp', 'usr-a', 'usr-a-verity', 'usr-b', 'usr-b-verity'])
  })

  const first = {
    disk,
    ports: [{ host: port, guest: 80 }],
    guestForwards: [registry.guestForward],
    fwCfg: { [fwCfgNames[1]]: webConfig() },
  }
  await lab.withMachine(first, async (machine) => {
    await waitUntilReady(machine)
    await t.test('the container serves the page', () => assertServes(machine, port, page))
    await t.test('/usr is verified and cannot be written', () => assertVerified(machine))
    await t.test('the root partition is made and filled', () => assertRootSize(machine, 4 * gib))
    await t.test('it is the release that was built, with its name', async () => {
      assert.equal(await machine.sh('cat /proc/sys/kernel/hostname'), 'web')
      assert.equal(await machine.sh('. /etc/os-release; echo $IMAGE_VERSION'), lab.version)
    })
    await t.test('nothing is there to change it with, or that a host does not need', async () => {
      const found = (names: string) => machine.sh(`for name in ${names}; do command -v "$name"; done; :`)
      assert.equal(await found('apt apt-get dpkg perl python3 node npm man gcc'), '')
      assert.equal((await found('qjs podman crun curl sshd')).split('\n').length, 5)
      assert.equal(await machine.sh('ls /usr/share/man /usr/share/doc 2>/dev/null; :'), '')
    })
    await machine.sh('echo kept >/var/lib/by-hand; echo kept >/etc/by-hand')
    before = await readState(machine)
    assert.equal(await machine.powerOff(), 'clean')
  })
  await registry.stop()
  await resizeDisk(lab.tools, disk, 8 * gib)

  // A config that could not be applied shows that none is looked at.
  const second = { disk, ports: first.ports, fwCfg: { [fwCfgNames[0]]: 'no config' } }
  await lab.withMachine(second, async (machine) => {
    await waitUntilReady(machine)
    await t.test('nothing is provisioned a second time', async () => {
      assert.deepEqual(await readState(machine), before)
      machine.console.assertNever(/afloat: .*\bProvision/)
      assert.equal(await machine.sh('cat /var/lib/by-hand /etc/by-hand'), 'kept\nkept')
    })
    await t.test('the container starts from its image without a registry', () => {
      return assertServes(machine, port, page)
    })
    await t.test('the root partition has grown with the disk', async () => {
      await machine.console.expect(/Grow the root file system/, { from: 'start', timeoutMs: 1000 })
      await assertRootSize(machine, 8 * gib)
    })
    assert.equal(await machine.powerOff(), 'clean')
  })
  await t.test('the partition table ends with the disk', () => assertRootPartition(disk, 8 * gib))
})

/** What must be the same after a restart. */
type State = { record: Record<string, unknown>; recordTime: string; machineId: string; hostKey: string }

async function readState(machine: Machine): Promise<State> {
  return {
    record: await readRecord(machine),
    recordTime: await machine.sh('stat -c %y /var/lib/afloat/provisioned.json'),
    machineId: await machine.sh('cat /etc/machine-id'),
    hostKey: await machine.sh('ssh-keygen -l -f /etc/ssh/ssh_host_ed25519_key.pub'),
  }
}

async function assertServes(machine: Machine, port: number, page: string): Promise<void> {
  assert.equal(await machine.sh('systemctl is-active web.service'), 'active')
  assert.deepEqual(await fetchPage(port), { status: 200, body: page })
  assert.equal((await fetchPage(port, '/missing.html')).status, 404)
}

async function assertVerified(machine: Machine): Promise<void> {
  const source = await machine.sh('findmnt -no SOURCE,FSTYPE,OPTIONS /usr')
  assert.match(source, /^\/dev\/mapper\/usr +erofs +ro\b/)
  const table = await machine.sh('dmsetup table usr')
  assert.match(table, / verity /)
  assert.ok(table.includes(lab.image.manifest.usrRootHash), table)
  assert.match(await machine.sh('dmsetup status usr'), / verity V$/)
  const write = await machine.exec('echo x >/usr/x; mount -o remount,rw /usr')
  assert.notEqual(write.code, 0)
  assert.match(write.stderr, /Read-only file system/)
}

/** Room for what is before the root partition, and for rounding. */
const imageBytes = 1298 * mib
const slackBytes = 4 * mib

async function assertRootSize(machine: Machine, diskBytes: number): Promise<void> {
  const device = await machine.sh('findmnt -no SOURCE /')
  const partitionBytes = Number(await machine.sh(`blockdev --getsize64 ${device}`))
  const superblock = await machine.sh(`dumpe2fs -h ${device} 2>/dev/null`)
  const field = (name: string): number => Number(new RegExp(`^${name}: +(\\d+)$`, 'm').exec(superblock)?.[1])
  const fileSystemBytes = field('Block count') * field('Block size')
  assertClose(partitionBytes, diskBytes - imageBytes)
  assertClose(fileSystemBytes, partitionBytes)
}

async function assertRootPartition(disk: DiskImage, diskBytes: number): Promise<void> {
  const root = (await partitionRanges(lab.tools, disk)).get('root')
  assert.ok(root !== undefined)
  assertClose(root.offset + root.sizeBytes, diskBytes)
}

function assertClose(bytes: number, expected: number): void {
  assert.ok(Math.abs(bytes - expected) < slackBytes, `Expected about ${expected} bytes, found ${bytes}`)
}
