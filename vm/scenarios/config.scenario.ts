import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { putOnEsp } from '../esp.ts'
import type { Machine } from '../machine.ts'
import { freePort } from '../ports.ts'
import { sshArgv } from '../ssh-key.ts'
import { fixtureConfig, fwCfgNames, namedConfig } from './config.ts'
import { startConfigServer } from './config-server.ts'
import { Lab } from './lab.ts'
import { readRecord, waitUntilReady } from './ready.ts'
import { readStatus } from './updates.ts'

const lab = await Lab.open()
after(() => lab.close())

const [first, second] = fwCfgNames

test('a config in fw_cfg is applied, all of it', async (t) => {
  const keys = { ann: await makeKey('ann'), stranger: await makeKey('stranger') }
  const sshPort = await freePort()
  const options = {
    disk: await lab.newDisk(),
    ports: [{ host: sshPort, guest: 22 }],
    fwCfg: { [second]: namedConfig('second'), [first]: fixtureConfig('everything.yaml', lab.dir) },
  }
  await lab.withMachine(options, async (machine) => {
    await waitUntilReady(machine)
    const says = async (script: string, expected: string): Promise<void> =>
      assert.equal(await machine.sh(script), expected, script)

    await t.test(`${first} goes before ${second}`, async () => {
      const { source, hostname } = await readRecord(machine)
      assert.deepEqual(source, { channel: 'fw-cfg', place: `fw_cfg ${first}` })
      assert.equal(hostname, 'everything')
      await says('cat /proc/sys/kernel/hostname', 'everything')
    })
    await t.test('user, group and password hash', async () => {
      await says('getent passwd ann', 'ann:x:2000:2000:Ann Bonny:/home/ann:/bin/bash')
      await says('id -nG ann', 'ann crew')
      await says('getent group crew', 'crew:x:2500:ann')
      await says("getent shadow ann | cut -d: -f2 | cut -d'$' -f1-3", '$6$afloat.test')
      await says('stat -c "%A %U:%G" /home/ann', 'drwx------ ann:ann')
    })
    await t.test('the key opens an SSH session, another one does not', async () => {
      const who = ['id', '-un', '&&', 'cat', '/srv/hold/manifest.txt']
      assert.equal(await ssh(keys.ann, sshPort, who), 'ann\n12 barrels of salt\n3 crates of limes\n')
      await assert.rejects(ssh(keys.stranger, sshPort, who), /Permission denied \(publickey\)/)
    })
    await t.test('files, directories and links with mode and owner', async () => {
      await says('stat -c "%A %U:%G %h" /srv/hold/manifest.txt', '-rw-r----- ann:crew 2')
      await says('stat -c "%A %U:%G" /srv/hold', 'drwxr-x--- ann:crew')
      await says('readlink /srv/latest', 'hold/manifest.txt')
      await says('cat /srv/same', '12 barrels of salt\n3 crates of limes')
      await says('cat /etc/issue', 'Keep off')
    })
    await t.test('units with drop-in, enabled, disabled and masked', async () => {
      await says('cat /run/bell', '8')
      await says('systemctl is-enabled bell.service', 'enabled')
      assert.equal((await machine.exec('systemctl is-enabled idle.service')).stdout, 'disabled\n')
      assert.equal((await machine.exec('systemctl is-active idle.service')).stdout, 'inactive\n')
      await says('systemctl show -P LoadState systemd-timesyncd.service', 'masked')
    })
    await t.test('a window for updates, in the time zone that it names', async () => {
      const { config, nextWindowAt } = await readStatus(machine)
      assert.deepEqual(config?.windows, ['02:00 for 1 h, Asia/Kolkata'])
      // five and a half hours east of UTC; absent for the hour that it is open
      assert.match(nextWindowAt ?? new Date().toISOString(), nextWindowAt ? /T20:30:00/ : /T2[01]:/)
    })
  })
})

test('ignition.config.url= is fetched, again and again while the server is not well, and goes before fw_cfg', async () => {
  const server = await startConfigServer(
    { status: 503 },
    { status: 503 },
    { status: 200, body: namedConfig('by-url') },
  )
  lab.onClose(() => server.close())
  const options = {
    disk: await lab.newDisk(),
    kernelArgs: [`ignition.config.url=${server.url}`],
    fwCfg: { [first]: namedConfig('by-fw-cfg') },
  }
  await lab.withMachine(options, async (machine) => {
    await assertNamed(machine, 'by-url', { channel: 'kernel-command-line', place: server.url })
    assert.deepEqual(server.requests, ['/config.ign', '/config.ign', '/config.ign'])
    const said = machine.console.lines().filter(({ text }) => /HTTP 503; next attempt/.test(text))
    assert.equal(said.length, 2)
  })
})

test('afloat/config.ign on the ESP is applied when nothing else is there', async () => {
  const disk = await lab.newDisk()
  await putOnEsp(lab.tools, disk, { 'afloat/config.ign': namedConfig('by-esp') })
  await lab.withMachine({ disk }, (machine) =>
    assertNamed(machine, 'by-esp', { channel: 'esp', place: '/afloat/config.ign on /dev/vda1' }),
  )
})

async function assertNamed(machine: Machine, name: string, source: unknown): Promise<void> {
  await waitUntilReady(machine)
  const record = await readRecord(machine)
  assert.deepEqual([record['hostname'], record['source']], [name, source])
  assert.equal(await machine.sh('cat /proc/sys/kernel/hostname'), name)
}

/** Makes a key pair in the scratch folder and returns the path of the private one. */
async function makeKey(name: string): Promise<string> {
  const path = join(lab.dir, name)
  await lab.tools.run(['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-C', name, '-f', path])
  return path
}

async function ssh(key: string, port: number, command: readonly string[]): Promise<string> {
  return await lab.tools.run(sshArgv(key, port, command, 'ann'))
}
