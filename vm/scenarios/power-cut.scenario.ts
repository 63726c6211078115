import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { isSoak, type SeededRandom, seededRandom } from '@afloat/build/testkit/seed'
import type { Machine } from '../machine.ts'
import { freePort } from '../ports.ts'
import { guestRegistry } from '../registry.ts'
import { configOf, fwCfgNames, localRegistryFile } from './config.ts'
import { Lab, type LabMachineOptions } from './lab.ts'
import { fetchPage, readRecord, waitUntilReady } from './ready.ts'

const lab = await Lab.open()
after(() => lab.close())

const cutCount = isSoak() ? 10 : 2
const bootTimeoutMs = 240_000

/** Large enough not to be written in one go. */
const cargo = 'All that is in the hold, and nothing but that.\n'.repeat(30_000)

const config = configOf(`
hostname: cut
passwd:
  users: [{ name: ann, uid: 2000 }]
storage:
  files:${localRegistryFile}
    - path: /srv/cargo
      user: { name: ann }
      contents: { inline: ${JSON.stringify(cargo)} }
containers:
  - { name: web, image: "${guestRegistry}/web:1", ports: ["80:80"] }
`)

test('power that is cut during the first boot leaves a machine that comes up whole at the next one', async (t) => {
  const registry = await lab.webRegistry()
  const port = await freePort()
  const firstBoot = async (): Promise<LabMachineOptions> => ({
    disk: await lab.newDisk(),
    ports: [{ host: port, guest: 80 }],
    guestForwards: [registry.guestForward],
    fwCfg: { [fwCfgNames[0]]: config },
  })
  let stages: Stage[] = []

  await t.test('a first boot that is left alone', async () => {
    await lab.withMachine(await firstBoot(), async (machine) => {
      const start = Date.now()
      await waitUntilReady(machine)
      stages = stagesOf(machine, Date.now() - start)
      await assertWhole(machine, port)
    })
  })

  for (const cut of chooseCuts(seededRandom().fork('power-cut'), stages)) {
    const place = cut.from === undefined ? 'power-on' : `"${cut.from.source}"`
    await t.test(`power cut ${cut.delayMs} ms after ${place}`, async (t) => {
      const options = await firstBoot()
      const before = await lab.withMachine(options, (machine) => cutPower(machine, cut))
      t.diagnostic(`the console showed last: ${before.at(-1)}`)
      await lab.withMachine(options, async (machine) => {
        await waitUntilReady(machine)
        await assertWhole(machine, port)
        assertProvisionedOnce(before, linesOf(machine))
      })
    })
  }
})

/** A part of the first boot: what the console shows when it begins (nothing for power-on), and how long it took. */
type Stage = { readonly from: RegExp | undefined; readonly ms: number }

type Cut = { readonly from: RegExp | undefined; readonly delayMs: number }

const rootOpens = /Open the root partition/
const systemdStarts = /Start systemd/
const provisioning = /afloat: .*\] Provision/

/** The whole boot, and two parts of it that are more worth cutting than their length says. */
function stagesOf({ console }: Machine, readyMs: number): Stage[] {
  const [root, systemd] = [rootOpens, systemdStarts].map(
    (pattern) => console.lines().find(({ text }) => pattern.test(text))?.ms ?? 0,
  ) as [number, number]
  return [
    { from: rootOpens, ms: systemd - root },
    { from: systemdStarts, ms: readyMs - systemd },
    { from: undefined, ms: readyMs },
  ]
}

function chooseCuts(random: SeededRandom, stages: readonly Stage[]): Cut[] {
  return Array.from({ length: stages.length === 0 ? 0 : cutCount }, (_, i) => {
    const { from, ms } = stages[i % stages.length]!
    return { from, delayMs: random.int(0, Math.round(ms)) }
  })
}

/** Returns the lines that the console showed. */
async function cutPower(machine: Machine, { from, delayMs }: Cut): Promise<string[]> {
  if (from !== undefined) await machine.console.expect(from, { timeoutMs: bootTimeoutMs })
  await sleep(delayMs)
  await machine.cutPower()
  return linesOf(machine)
}

function linesOf(machine: Machine): string[] {
  return machine.console.lines().flatMap(({ text }) => (text.trim() === '' ? [] : [text.trim()]))
}

async function assertWhole(machine: Machine, port: number): Promise<void> {
  const { hostname, configSha256 } = await readRecord(machine)
  assert.deepEqual([hostname, configSha256], ['cut', sha256(config)])
  assert.equal(await machine.sh('cat /proc/sys/kernel/hostname'), 'cut')
  assert.equal(await machine.sh('sha256sum </srv/cargo'), `${sha256(cargo)}  -`)
  assert.equal(await machine.sh('stat -c %U /srv/cargo /home/ann'), 'ann\nann')
  assert.match(await machine.sh('cat /etc/machine-id'), /^[0-9a-f]{32}$/)
  assert.equal((await machine.exec('ls /var/lib/afloat/staging')).code, 2)
  const page = await fetchPage(port).catch(async (cause: unknown) => {
    throw new Error(`Container "web" does not answer\n${await machine.sh('journalctl -b -u web')}`, { cause })
  })
  assert.equal(page.status, 200)
}

/** What is recorded is never done again, and what was never begun is. */
function assertProvisionedOnce(before: readonly string[], later: readonly string[]): void {
  const shows = (lines: readonly string[], pattern: RegExp): boolean =>
    lines.some((line) => pattern.test(line))
  if (shows(before, systemdStarts)) assert.ok(!shows(later, provisioning), 'Machine was provisioned twice')
  if (!shows(before, provisioning)) assert.ok(shows(later, provisioning), 'Machine was never provisioned')
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
