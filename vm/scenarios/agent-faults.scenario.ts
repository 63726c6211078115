import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { isSoak, type SeededRandom, seededRandom } from '@afloat/build/testkit/seed'
import type { Machine } from '../machine.ts'
import { prepareWebMachine, releases, silently, type WebMachine } from './fleet.ts'
import {
  type AgentMoment,
  type AgentState,
  atStep,
  inState,
  killAgent,
  requestUpdate,
  running,
  startAgent,
  startAndKill,
  untilAgent,
  whenWritten,
} from './kill-agent.ts'
import { Lab } from './lab.ts'
import { waitUntilReady } from './ready.ts'
import {
  assertUpdated,
  assertWhole,
  describe,
  readStatus,
  untilSettled,
  updateTo,
  type WholeRelease,
} from './updates.ts'

const lab = await Lab.open()
after(() => lab.close())

const counts = isSoak() ? { kills: 50, powerCuts: 30 } : { kills: 2, powerCuts: 1 }
const next = releases.next.version

test('an update comes to its end although its agent is killed and the power is cut', async (t) => {
  const random = seededRandom()
  t.diagnostic(`seed ${random.seed}`)
  const web = await prepareWebMachine(lab)
  const { manifest } = await web.fleet.publish(releases.next, silently)
  const whole = [
    { version: lab.version, rootHash: lab.image.manifest.usrRootHash },
    { version: next, rootHash: manifest.usrRootHash },
  ]
  const cuts = chooseCuts(random.fork('cut the power'))
  const scene: Scene = { web, whole }

  // Each machine finishes the update that the one before it was cut off from, and has its own power cut.
  for (let index = 0; index <= cuts.length; index++) {
    await lab.withMachine(web.options, async (machine) => {
      await waitUntilReady(machine)
      if (index === 0) t.diagnostic(await killEverywhere(machine, scene, random.fork('kill the agent')))
      else t.diagnostic(`${describeCut(cuts[index - 1]!)}: ${await finish(machine, scene)}`)
      const cut = cuts[index]
      if (cut === undefined) return
      await updateTo(machine, lab.version, 'rollback')
      await cutPower(machine, scene, cut)
    })
  }
  t.diagnostic(`power cuts: ${cuts.length}`)
})

type Scene = {
  readonly web: WebMachine
  /** What the machine may run at any time. */
  readonly whole: readonly WholeRelease[]
  /** When the update before the one that was cut off ended. */
  lastUpdateAt?: string | undefined
}

/** Kills the agent in every state and at random moments of writing. Returns where, for people. */
async function killEverywhere(
  machine: Machine,
  { web, whole }: Scene,
  random: SeededRandom,
): Promise<string> {
  const found: AgentState[] = []
  const kill = async (moment: AgentMoment, delayMs?: number): Promise<void> => {
    found.push(await startAndKill(machine, moment, delayMs))
  }
  const survivor = await machine.sh('systemctl show -P MainPID web.service')
  await requestUpdate(machine)
  await kill(atStep('check'))
  await kill(atStep('plan'))
  await kill(inState('writing'))
  const parts = Array.from({ length: counts.kills }, () => random.ratio() * 0.9).sort((a, b) => a - b)
  const atRandom = found.length
  for (const part of parts) await kill(whenWritten(part), random.int(0, 100))
  const duringWriting = found.slice(atRandom)
  await kill(inState('sealed'))
  await kill(inState('staged'))
  await kill(inState('acting'))
  await startAgent(machine)
  await untilLife(machine, 1)
  // The health gate has it find out what became of the switch.
  found.push(await killAgent(machine, running))
  await startAgent(machine)
  const status = await untilSettled(machine, undefined)
  await assertUpdated(machine, status, next)
  assert.equal(status.lastUpdate?.action, 'soft-reboot')
  await waitUntilReady(machine)
  await assertWhole(machine, whole, Object.values(web.ports))
  assert.equal(await machine.sh('systemctl show -P MainPID web.service'), survivor)
  assert.equal(new Set(found).size, 5, `killed in every state: ${found.join()}`)
  return `killed in states ${tally(found)}: ${found.length}; random kills: ${tally(duringWriting)}`
}

/** Writes how often each one is in a list, as in "idle 2, writing 5". */
function tally(states: readonly AgentState[]): string {
  const names = [...new Set(states)]
  return names.map((name) => `${name} ${states.filter((state) => state === name).length}`).join(', ')
}

/** Waits until so many soft reboots have been done. */
async function untilLife(machine: Machine, softReboots: number): Promise<void> {
  const end = Date.now() + 240_000
  for (;;) {
    const { stdout } = await machine
      .exec('systemctl show -P SoftRebootsCount')
      .catch(() => ({ stdout: 'going down' }))
    if (stdout.trim() === String(softReboots)) return
    if (Date.now() > end) throw new Error(`No soft reboot:\n${await describe(machine)}`)
    await sleep(500)
  }
}

/** A moment from the check to the blessing: `delayMs` after one that can be told from outside. */
type Cut = { readonly after: CutPlace; readonly delayMs: number }

type CutPlace = 'order' | 'stage' | 'act' | 'life' | { readonly written: number }

/** How long each part of an update takes in software emulation, about; their sum is an update. */
const partsMs: readonly (readonly [place: 'order' | 'write' | 'stage' | 'act' | 'life', ms: number])[] = [
  ['order', 9000],
  ['write', 25_000],
  ['stage', 6000],
  ['act', 20_000],
  ['life', 25_000],
]

/** Moments spread evenly over the time of an update: by turns one before the switch, and one after. */
function chooseCuts(random: SeededRandom): Cut[] {
  const wholeMs = partsMs.reduce((sum, [, ms]) => sum + ms, 0)
  const first = random.int(0, 1)
  return Array.from({ length: counts.powerCuts }, (_, index) => {
    let ms = (((first + index) % 2) * wholeMs) / 2 + random.int(0, wholeMs / 2)
    for (const [place, partMs] of partsMs) {
      if (ms >= partMs) ms -= partMs
      else if (place === 'write') return { after: { written: ms / partMs }, delayMs: random.int(0, 300) }
      else return { after: place, delayMs: ms }
    }
    return { after: 'life', delayMs: ms }
  })
}

function describeCut({ after, delayMs }: Cut): string {
  if (typeof after === 'object')
    return `a power cut at ${Math.floor(after.written * 100)} % of writing and ${delayMs} ms`
  const place = {
    order: 'the order',
    stage: 'the slot was sealed',
    act: 'the switch was ordered',
    life: 'the switch',
  }[after]
  return `a power cut ${delayMs} ms after ${place}`
}

/** Updates the machine once more, and pulls the plug on the way. */
async function cutPower(machine: Machine, scene: Scene, { after, delayMs }: Cut): Promise<void> {
  const { lastUpdate, softReboots } = await readStatus(machine)
  scene.lastUpdateAt = lastUpdate?.at
  await machine.sh('rm -f /run/afloat/update/progress.json')
  await requestUpdate(machine, '--retry')
  if (typeof after === 'object') await untilAgent(machine, whenWritten(after.written))
  else if (after === 'stage') await untilAgent(machine, inState('sealed'))
  else if (after === 'act') await untilAgent(machine, inState('acting'))
  else if (after === 'life') await untilLife(machine, softReboots + 1)
  await sleep(delayMs)
  await machine.cutPower()
}

/**
 * The machine is up again: it runs the one release or the other, and gets to the newer one. Returns what it came up
 * with, for people.
 */
async function finish(machine: Machine, { web, whole, lastUpdateAt }: Scene): Promise<string> {
  const status = await readStatus(machine)
  await assertWhole(machine, whole, Object.values(web.ports))
  if (status.lastUpdate?.at === lastUpdateAt) await requestUpdate(machine, '--retry')
  await assertUpdated(machine, await untilSettled(machine, lastUpdateAt), next)
  await waitUntilReady(machine)
  await assertWhole(machine, whole, Object.values(web.ports))
  return `came up ${status.state} in ${status.running.version}`
}
