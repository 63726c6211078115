import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { repoDir } from '@afloat/build/paths'
import { compileFile } from '@afloat/cli/compile-file'
import { startLoad } from '../load.ts'
import type { Machine } from '../machine.ts'
import { freePort } from '../ports.ts'
import { fwCfgNames } from './config.ts'
import { Lab } from './lab.ts'
import { fetchPage, waitUntilReady } from './ready.ts'
import { installInSlotB, secondRelease } from './second-release.ts'
import { softReboot } from './soft-reboot.ts'

const lab = await Lab.open()
after(() => lab.close())

test('of two portable services one survives, and one is started again', async () => {
  const release = await secondRelease(lab, '0.0.1')
  const registry = await lab.webRegistry()
  const options = {
    disk: await lab.newDisk(),
    extraDisks: release.disks,
    guestForwards: [registry.guestForward],
    fwCfg: { [fwCfgNames[1]]: example('portable.yaml') },
  }
  await lab.withMachine(options, async (machine) => {
    await waitUntilReady(machine)
    await installInSlotB(machine, release)
    assert.deepEqual(await check(machine), [])
    const [stays, goes] = [await pidOf(machine, 'stays'), await pidOf(machine, 'goes')]
    await softReboot(machine, 'b', 1)
    assert.equal(await pidOf(machine, 'stays'), stays)
    assert.notEqual(await pidOf(machine, 'goes'), goes)
    await sleep(3000)
    const [kept, restarted] = [await numbers(machine, 'stays'), await numbers(machine, 'goes')]
    assert.deepEqual(
      kept,
      Array.from(kept, (_, at) => at + 1),
    )
    assert.equal(restarted.filter((number) => number === 1).length, 2)
    const pins = 'qjs --std --no-unhandled-rejection -m /usr/lib/afloat/softreboot.js pins'
    assert.equal(await machine.sh(pins), '[]')
  })
})

test('memory and a listening socket outlive the services that they belong to', async (t) => {
  const port = await freePort()
  const options = {
    disk: await lab.newDisk(),
    ports: [{ host: port, guest: 80 }],
    fwCfg: { [fwCfgNames[1]]: example('fd-store.yaml') },
  }
  await lab.withMachine(options, async (machine) => {
    await waitUntilReady(machine)
    await fetchPage(port)
    const counter = await pidOf(machine, 'count')
    const load = startLoad({ url: `http://127.0.0.1:${port}/`, ratePerSecond: 0.5, timeoutMs: 120_000 })
    const before = await counted(port)
    await softReboot(machine, undefined, 1)
    const { total, failed, reasons, maxGapMs } = await load.stop()
    t.diagnostic(`${total} requests, longest gap ${maxGapMs} ms`)
    assert.equal(failed, 0, JSON.stringify(reasons))
    assert.ok((await counted(port)) > before)
    assert.notEqual(await pidOf(machine, 'count'), counter)
    const numbersSeen = await numbers(machine, 'count')
    assert.deepEqual(
      numbersSeen,
      Array.from(numbersSeen, (_, at) => at + 1),
    )
  })
})

/** Returns the Ignition config of a file in examples/. */
function example(name: string): string {
  const path = join(repoDir, 'examples', name)
  const { ignitionJson } = compileFile(path, { filesDir: join(repoDir, 'examples') })
  assert.ok(ignitionJson !== undefined, `${readFileSync(path, 'utf8')} does not compile`)
  return ignitionJson
}

async function check(machine: Machine): Promise<unknown[]> {
  const program = 'qjs --std --no-unhandled-rejection -m /usr/lib/afloat/survivors.js'
  const text = await machine.sh(`${program} mark >&2; ${program} check || true`, { timeoutMs: 120_000 })
  return JSON.parse(text) as unknown[]
}

async function pidOf(machine: Machine, unit: string): Promise<number> {
  return Number(await machine.sh(`systemctl show -P MainPID ${unit}.service`))
}

/** The numbers at the ends of the lines that a service has logged; a shell has more to say when it is stopped. */
async function numbers(machine: Machine, unit: string): Promise<number[]> {
  const text = await machine.sh(`journalctl --quiet -o cat _SYSTEMD_UNIT=${unit}.service`)
  return text.split('\n').flatMap((line) => (/ \d+$/.test(line) ? [Number(line.split(' ').at(-1))] : []))
}

async function counted(port: number): Promise<number> {
  return Number((await fetchPage(port)).body.trim().split(' ').at(-1))
}
