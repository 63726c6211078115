import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { StageEvent } from '@afloat/boot2container'
import { type B2cBase, ensureB2cBase } from '@afloat/build/boot2container/base'
import { ensureB2cFloor } from '@afloat/build/boot2container/floor'
import { ensureTestImage, type TestImage } from '@afloat/build/boot2container/test-image'
import { cacheDir } from '@afloat/build/cache'
import type { ToolsTree } from '@afloat/build/tools-tree'
import { AfloatError } from '@afloat/report'
import { type AccelName, chooseAccel } from '@afloat/vm/accel'
import { startB2cMachine } from '@afloat/vm/b2c-machine'
import { createEmptyDisk } from '@afloat/vm/disk'
import type { DiskImage } from '@afloat/vm/qemu-args'
import { guestRegistry, type Registry, startRegistry } from '@afloat/vm/registry'
import { median } from './median.ts'
import { touchedMemory } from './touched-memory.ts'

/** What the time from power-on to the first line of a container goes into. */
export const b2cStages = [
  'firmware',
  'kernel',
  'devices',
  'cache',
  'settings',
  'network',
  'container',
] as const
export type B2cStage = (typeof b2cStages)[number]

/** A boot: milliseconds by stage, and in all. */
export type B2cBoot = {
  readonly stages: Readonly<Record<B2cStage, number>>
  readonly totalMs: number
  /** Memory of the machine that was touched until then, in bytes: no less than the peak, with files in memory. */
  readonly touchedBytes: number
}

type Spread = { readonly median: number; readonly min: number; readonly max: number }

export type B2cBench = {
  readonly accel: AccelName
  readonly runs: number
  readonly memoryMiB: number
  /** The same kernel, whose init runs crun on an unpacked image at once. */
  readonly floor: B2cBoot
  /** An empty disk, the image in a registry. Medians of each part. */
  readonly cold: B2cBoot
  /** The same disk again, and the same container: it starts from the bundle that podman made. */
  readonly warm: B2cBoot
  /** The same disk again, with an option that podman has not seen: it makes the container, of the image that is there. */
  readonly changed: B2cBoot
  /** Warm over the floor of the same round. */
  readonly ratio: Spread
}

const memoryMiB = 1024
const said = 'the-container-runs'
const timeoutMs = 180_000

type Context = {
  readonly tools: ToolsTree
  readonly base: B2cBase
  readonly image: TestImage
  readonly floor: string
  readonly accel: AccelName
  readonly registry: Registry
  readonly work: string
}

/** Measures `runs` rounds of a cold boot, the floor and a warm boot, one after the other so that all see the same noise. */
export async function benchB2c(tools: ToolsTree, runs: number): Promise<B2cBench> {
  const { accel } = await chooseAccel('auto', tools)
  const [base, image] = [await ensureB2cBase(tools), await ensureTestImage(tools)]
  const floor = await ensureB2cFloor(tools, base, ['echo', said])
  const work = await mkdtemp(join(cacheDir(), 'bench-'))
  const registry = await startRegistry(tools, join(work, 'registry'))
  try {
    await registry.push(image.archive, 'busybox:1')
    const context = { tools, base, image, floor, accel, registry, work }
    const rounds: Round[] = []
    for (let i = 0; i < runs; i++) rounds.push(await measureRound(context, i))
    return summarize(accel, rounds)
  } finally {
    await registry.stop()
    await rm(work, { recursive: true, force: true })
  }
}

type Round = Readonly<Record<'floor' | 'cold' | 'warm' | 'changed', B2cBoot>>

async function measureRound(context: Context, round: number): Promise<Round> {
  const { base, work } = context
  const disk = await createEmptyDisk(join(work, `disk-${round}.raw`), 2 * 1024 ** 3)
  const boot = (from: StageEvent['from'], option = '') => {
    const container = `b2c.run="${option} --tls-verify=false ${guestRegistry}/busybox:1 echo ${said}"`
    const cmdline = ['b2c.cache_device=auto', 'b2c.pull=missing', container]
    return timeBoot(context, { initramfs: base.initramfs, cmdline, disks: [disk], from })
  }
  const cold = await boot('podman')
  const floor = await timeBoot(context, { initramfs: context.floor, cmdline: [], disks: [disk] })
  return { floor, cold, warm: await boot('bundle'), changed: await boot('podman', '-e CHANGED=1') }
}

/** Boots a machine, and waits until it has switched itself off: only then is its cache in order. */
async function timeBoot(
  { tools, base, accel, registry, work }: Context,
  what: {
    initramfs: string
    cmdline: readonly string[]
    disks: readonly DiskImage[]
    /** How the container has to start for this to be what is measured. */
    from?: StageEvent['from']
  },
): Promise<B2cBoot> {
  const { machine, report } = await startB2cMachine({
    name: `bench-${process.pid}`,
    tools,
    accel,
    kernel: base.kernel,
    archives: [what.initramfs],
    cmdline: what.cmdline,
    work,
    memoryMiB,
    extraDisks: what.disks,
    guestForwards: [registry.guestForward],
    onReboot: 'stop',
  })
  try {
    const { console } = machine
    const hello = await console.expect(/(?:afloat|floor): \[ *(\d+\.\d+)\]/, { timeoutMs })
    const first = await console.expect(new RegExp(`^${said}$`), { timeoutMs })
    const touchedBytes = await touchedMemory(machine.pid)
    await machine.exited
    // The kernel's own clock says how long ago it started.
    const firmwareMs = hello.ms - Number(hello.match[1]) * 1000
    const events = await report.stages()
    const from = events.find(({ stage, state }) => stage === 'container' && state === 'done')?.from
    if (from !== what.from) throw otherWay(from, what.from)
    const stages = splitByStage(events, {
      firmwareMs,
      helloMs: hello.ms,
      firstMs: first.ms,
    })
    return { stages, totalMs: first.ms, touchedBytes }
  } finally {
    await machine.remove()
  }
}

function otherWay(from: string | undefined, wanted: string | undefined): AfloatError {
  return new AfloatError(
    'bench/other-way',
    `Cannot measure: the container started from ${from ?? 'nothing'}, not from ${wanted ?? 'nothing'}`,
  )
}

/** Of the console, in milliseconds since power-on: when the kernel started, and when the first lines came. */
type SeenTimes = { readonly firmwareMs: number; readonly helloMs: number; readonly firstMs: number }

/** Times of the report are since the kernel started. The network is waited for by the container that needs it. */
export function splitByStage(events: readonly StageEvent[], seen: SeenTimes): Record<B2cStage, number> {
  const { firmwareMs, helloMs, firstMs } = seen
  const at = (stage: string, state: StageEvent['state']): number | undefined =>
    events.find((event) => event.stage === stage && event.state === state)?.atMs
  const kernelMs = at('kernel', 'done') ?? helloMs - firmwareMs
  const cacheMs = at('cache', 'started') ?? kernelMs
  const settingsMs = at('cache', 'done') ?? cacheMs
  const containerMs = at('container', 'started') ?? settingsMs
  const networkMs = events.find(({ stage, state }) => stage === 'network' && state === 'done')?.tookMs ?? 0
  return {
    firmware: firmwareMs,
    kernel: kernelMs,
    devices: cacheMs - kernelMs,
    cache: settingsMs - cacheMs,
    settings: containerMs - settingsMs,
    network: networkMs,
    container: firstMs - firmwareMs - containerMs - networkMs,
  }
}

function summarize(accel: AccelName, rounds: readonly Round[]): B2cBench {
  const boot = (kind: keyof Round): B2cBoot => {
    const of = (value: (boot: B2cBoot) => number) => median(rounds.map((round) => value(round[kind])))
    const stages = b2cStages.map((name) => [name, of((each) => each.stages[name])])
    return {
      stages: Object.fromEntries(stages) as Record<B2cStage, number>,
      totalMs: of(({ totalMs }) => totalMs),
      touchedBytes: Math.max(...rounds.map((round) => round[kind].touchedBytes)),
    }
  }
  const ratios = rounds.map(({ warm, floor }) => warm.totalMs / floor.totalMs)
  return {
    accel,
    runs: rounds.length,
    memoryMiB,
    floor: boot('floor'),
    cold: boot('cold'),
    warm: boot('warm'),
    changed: boot('changed'),
    ratio: { median: median(ratios), min: Math.min(...ratios), max: Math.max(...ratios) },
  }
}

export function formatB2c({ accel, runs, memoryMiB, floor, cold, warm, changed, ratio }: B2cBench): string {
  const boots = [floor, warm, changed, cold]
  const seconds = (ms: number) => `${(ms / 1000).toFixed(2).padStart(7)} s`
  const megabytes = ({ touchedBytes }: B2cBoot) => `${(touchedBytes / 1e6).toFixed(0).padStart(6)} MB`
  const row = (name: string, cells: readonly string[]) => `${name.padEnd(10)} ${cells.join('  ')}`
  return [
    `Power-on to the first line of a container (${accel}, medians of ${runs} rounds, ${memoryMiB} MiB)`,
    '',
    row(
      'stage',
      ['floor', 'warm', 'changed', 'cold'].map((name) => name.padStart(9)),
    ),
    ...b2cStages.map((name) =>
      row(
        name,
        boots.map(({ stages }) => seconds(stages[name])),
      ),
    ),
    row(
      'total',
      boots.map(({ totalMs }) => seconds(totalMs)),
    ),
    row('memory', boots.map(megabytes)),
    '',
    'floor: same kernel, init runs crun on the unpacked image at once',
    'warm: as at the boot before; changed: with another option, so that podman makes the container',
    'memory: ever touched until then, by the kernel and for files too; highest of all rounds',
    `Warm: ${ratio.median.toFixed(2)} x floor (${ratio.min.toFixed(2)} to ${ratio.max.toFixed(2)}; at most 1.6)`,
  ].join('\n')
}
