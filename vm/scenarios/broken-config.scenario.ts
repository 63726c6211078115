import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { freePort } from '../ports.ts'
import type { DiskImage } from '../qemu-args.ts'
import { configOf, fwCfgNames, namedConfig } from './config.ts'
import { startConfigServer } from './config-server.ts'
import { expectFailureScreen, failing } from './failed-boot.ts'
import { Lab, type LabMachineOptions } from './lab.ts'
import { readRecord, waitUntilReady } from './ready.ts'

const lab = await Lab.open()
after(() => lab.close())

const disk = await lab.newDisk()

const unknownUnit = configOf(`hostname: half
storage:
  files:
    - path: /etc/half-configured
      contents: { inline: x }
passwd:
  users: [{ name: half }]
systemd:
  units: [{ name: no-such.service, enabled: true }]
`)

test('a config in YAML stops the boot and says to compile it', async () => {
  const screen = await failedBoot(disk, 'provision/config-invalid', {
    fwCfg: fwCfg('variant: afloat\nversion: 1.0.0\n'),
  })
  assert.match(screen, /fw_cfg opt\/com\.coreos\/config:/)
  assert.match(screen, /found YAML/)
  assert.match(screen, /What to do: +Compile it first: afloat config compile/)
})

test('a config of an unknown version stops the boot', async () => {
  const config = { ignition: { version: '9.9.9' } }
  const screen = await failedBoot(disk, 'provision/config-invalid', { fwCfg: fwCfg(JSON.stringify(config)) })
  assert.match(screen, /9\.9\.9/)
})

test('a config that enables a unit which does not exist stops the boot', async () => {
  const screen = await failedBoot(disk, 'provision/unknown-unit', { fwCfg: fwCfg(unknownUnit) })
  assert.match(screen, /"no-such\.service"/)
})

test('a config that the server does not have stops the boot at once', async () => {
  const server = await startConfigServer({ status: 404 })
  lab.onClose(() => server.close())
  const screen = await failedBoot(disk, 'provision/source-failed', { kernelArgs: [urlArg(server.url)] })
  assert.match(screen, /HTTP 404/)
  assert.equal(server.requests.length, 1)
})

test('a server that cannot be reached stops the boot after the time that is given', async () => {
  const url = `http://10.0.2.2:${await freePort()}/config.ign`
  const kernelArgs = [urlArg(url), 'afloat.fetch_timeout=5']
  const screen = await failedBoot(disk, 'provision/source-unreachable', { kernelArgs })
  assert.match(screen, /\(\d attempts in \d+ s\)/)
})

test('ip= that forbids the network, or cannot be read, stops a boot that needs it', async () => {
  const url = urlArg('http://10.0.2.2/config.ign')
  await failedBoot(disk, 'init/no-network', { kernelArgs: [url, 'ip=off'] })
  await failedBoot(disk, 'init/bad-parameter', { kernelArgs: [url, 'ip=10.0.2.300::10.0.2.2:24'] })
})

test('after all that, the same disk boots with a good config, and nothing is left of the others', async () => {
  await lab.withMachine({ disk, fwCfg: fwCfg(namedConfig('whole')) }, async (machine) => {
    await waitUntilReady(machine)
    assert.equal((await readRecord(machine))['hostname'], 'whole')
    assert.equal((await machine.exec('cat /etc/half-configured')).code, 1)
    assert.equal((await machine.exec('getent passwd half')).code, 2)
    assert.equal((await machine.exec('ls /etc/systemd/system-preset')).code, 2)
    assert.equal(await machine.sh('ls /var/lib/afloat'), 'config.ign\netc\nlives.jsonl\nprovisioned.json')
  })
})

function fwCfg(config: string): Record<string, string> {
  return { [fwCfgNames[1]]: config }
}

function urlArg(url: string): string {
  return `ignition.config.url=${url}`
}

/** Boots and returns the failure screen, which shows `code`. */
async function failedBoot(on: DiskImage, code: string, options: LabMachineOptions): Promise<string> {
  const kernelArgs = [...failing.kernelArgs, ...(options.kernelArgs ?? [])]
  return await lab.withMachine({ disk: on, ...failing, ...options, kernelArgs }, (machine) =>
    expectFailureScreen(machine, code),
  )
}
