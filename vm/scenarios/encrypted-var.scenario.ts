import assert from 'node:assert/strict'
import { truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, test } from 'node:test'
import type { Machine } from '../machine.ts'
import type { DiskImage } from '../qemu-args.ts'
import { prepareWebMachine, releases, silently } from './fleet.ts'
import { Lab } from './lab.ts'
import { waitUntilReady } from './ready.ts'
import { assertWhole, readStatus, updateTo } from './updates.ts'

const lab = await Lab.open()
after(() => lab.close())

const passphrase = 'seaworthy'
const mib = 1024 ** 2

test('an encrypted /var stays open through an update by soft reboot', async (t) => {
  const web = await prepareWebMachine(lab)
  const { manifest } = await web.fleet.publish(releases.next, silently)
  const options = { ...web.options, extraDisks: [await encryptedDisk()] }
  await lab.withMachine(options, async (machine) => {
    await waitUntilReady(machine)
    await moveVar(machine)
    await rebootWithPassphrase(machine)
    assert.equal(await sourceOf(machine, '/var'), '/dev/mapper/var')
    await machine.sh('echo of before >/var/marker; echo of before >/etc/marker; sync')
    const mounted = await numberOf(machine, '/var')
    const survivor = await machine.sh('systemctl show -P MainPID web.service')
    const questions = countQuestions(machine)

    // Nobody is there to answer, and the passphrase is written down nowhere.
    const { lastUpdate, softReboots } = await updateTo(machine, releases.next.version)
    assert.deepEqual([lastUpdate?.action, softReboots], ['soft-reboot', 1])
    await waitUntilReady(machine)

    await t.test('/var is the same file system as before', async () => {
      assert.equal(await sourceOf(machine, '/var'), '/dev/mapper/var')
      assert.equal(await numberOf(machine, '/var'), mounted)
      assert.equal(await machine.sh('cat /var/marker'), 'of before')
    })
    await t.test('nobody was asked for a passphrase, and nothing was unlocked again', async () => {
      assert.equal(await machine.sh('ls /run/systemd/ask-password 2>/dev/null | grep -c ^ask || true'), '0')
      assert.equal(countQuestions(machine), questions)
      assert.equal(
        await machine.sh('journalctl --quiet -b -u systemd-cryptsetup@var -o cat | grep -c ^Set || true'),
        '1',
      )
    })
    await t.test('the survivor has survived, and both containers serve', async () => {
      const { version, usrRootHash } = manifest
      await assertWhole(machine, [{ version, rootHash: usrRootHash }], Object.values(web.ports))
      assert.equal(await machine.sh('systemctl show -P MainPID web.service'), survivor)
    })
    await t.test('/etc still keeps its changes on the root file system, beneath /var', async () => {
      assert.equal(await machine.sh('cat /etc/marker'), 'of before')
      await machine.sh('echo of now >/etc/marker; mkdir -p /run/root; mount --bind / /run/root')
      assert.equal(await machine.sh('cat /run/root/var/lib/afloat/etc/upper/marker'), 'of now')
      await machine.sh('umount /run/root; rmdir /run/root')
    })
    await t.test('a full reboot needs the passphrase again, and finds all of it', async () => {
      await rebootWithPassphrase(machine)
      assert.equal((await readStatus(machine)).running.version, releases.next.version)
      assert.equal(await machine.sh('cat /var/marker /etc/marker'), 'of before\nof now')
    })
  })
})

/** Makes a disk that is one LUKS volume, cheap to open and empty. */
async function encryptedDisk(): Promise<DiskImage> {
  const path = join(lab.dir, 'encrypted.raw')
  const key = join(lab.dir, 'passphrase')
  await writeFile(path, '')
  await truncate(path, 2048 * mib)
  await writeFile(key, passphrase)
  const cheap = ['--pbkdf', 'pbkdf2', '--pbkdf-force-iterations', '1000']
  await lab.tools.run(['cryptsetup', 'luksFormat', '-q', '--type', 'luks2', ...cheap, path, key])
  return { path, format: 'raw' }
}

/** Copies /var to the encrypted disk, and has every boot ask for the passphrase at the console and mount that. */
async function moveVar(machine: Machine): Promise<void> {
  const script = `set -e
    umask 077
    printf ${passphrase} >/run/passphrase
    systemd-cryptsetup attach var /dev/vdb /run/passphrase luks
    rm /run/passphrase
    systemctl stop web ordinary
    mkfs.ext4 -q /dev/mapper/var
    mount /dev/mapper/var /mnt
    cp -a /var/. /mnt/
    umount /mnt
    echo 'var /dev/vdb none luks' >/etc/crypttab
    echo '/dev/mapper/var /var ext4 defaults 0 2' >>/etc/fstab
    systemctl add-wants sysinit.target systemd-ask-password-console.path
    sync`
  await machine.sh(script, { timeoutMs: 180_000 })
}

/** Reboots, and types the passphrase when the machine asks for it. */
async function rebootWithPassphrase(machine: Machine): Promise<void> {
  await machine.exec('systemctl reboot', { detach: true })
  await machine.console.expect(question, { timeoutMs: 240_000 })
  machine.console.send(`${passphrase}\r`)
  await waitUntilReady(machine)
}

const question = /Please enter passphrase for disk/

function countQuestions(machine: Machine): number {
  return machine.console.lines().filter(({ text }) => question.test(text)).length
}

async function sourceOf(machine: Machine, path: string): Promise<string> {
  return await machine.sh(`findmnt -n -o SOURCE ${path} | tail -n 1`)
}

/** The number of the device, and of the folder's inode on it. */
async function numberOf(machine: Machine, path: string): Promise<string> {
  return await machine.sh(`stat -c '%d %i' ${path}`)
}
