import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { cacheDir } from '@afloat/build/cache'
import type { BuiltImage } from '@afloat/build/image'
import type { ToolsTree } from '@afloat/build/tools-tree'
import { chooseAccel } from '@afloat/vm/accel'
import { createDisk } from '@afloat/vm/disk'
import { type Machine, startMachine } from '@afloat/vm/machine'
import { freePort } from '@afloat/vm/ports'
import type { DiskImage } from '@afloat/vm/qemu-args'
import { startRegistry } from '@afloat/vm/registry'
import { median } from './median.ts'

/** Where the time from power-on to the first answer of a container goes, in milliseconds. */
export type BootTimes = {
  readonly firmware: number
  readonly kernel: number
  readonly initramfs: number
  readonly systemd: number
  readonly podman: number
}

export type BootBench = {
  readonly accel: string
  readonly runs: number
  /** Power-on to power-off with the same kernel and initramfs, whose init switches the machine off at once. */
  readonly floorMs: number
  /** The first boot, which makes the root file system, provisions and pulls the image. */
  readonly first: BootTimes
  /** A later boot; medians of each part. */
  readonly later: BootTimes
  readonly laterTotalMs: number
  /** Power-on to the start of systemd over the floor of the same round; median, lowest and highest. */
  readonly ratio: { readonly median: number; readonly min: number; readonly max: number }
}

/** What is booted: an image, the configuration of `examples/web.yaml`, and the OCI layout of its container. */
export type BootBenchInputs = {
  readonly tools: ToolsTree
  readonly image: BuiltImage
  readonly ignitionJson: string
  readonly webImage: string
}

/** Measures `runs` rounds of the floor and a later boot, one after the other so that both see the same noise. */
export async function benchBoot(inputs: BootBenchInputs, runs: number): Promise<BootBench> {
  const { tools, image, ignitionJson } = inputs
  const { accel } = await chooseAccel('auto', tools)
  const work = await mkdtemp(join(cacheDir(), 'bench-'))
  const registry = await startRegistry(tools, join(work, 'registry'))
  try {
    await registry.push(inputs.webImage, 'web:1')
    const disk = await createDisk(tools, image.diskPath, join(work, 'disk.qcow2'), 8 * 1024 ** 3)
    const common = { tools, disk, accel, guestForwards: [registry.guestForward] }
    const first = await timeBoot({ ...common, fwCfg: { 'opt/com.coreos/config': ignitionJson } })
    const rounds: { floorMs: number; times: BootTimes }[] = []
    for (let i = 0; i < runs; i++) {
      rounds.push({ floorMs: await timeFloor(tools, disk), times: await timeBoot(common) })
    }
    return summarize(accel, first, rounds)
  } finally {
    await registry.stop()
    await rm(work, { recursive: true, force: true })
  }
}

function summarize(
  accel: string,
  first: BootTimes,
  rounds: readonly { floorMs: number; times: BootTimes }[],
): BootBench {
  const part = (name: keyof BootTimes) => median(rounds.map(({ times }) => times[name]))
  const later = {
    firmware: part('firmware'),
    kernel: part('kernel'),
    initramfs: part('initramfs'),
    systemd: part('systemd'),
    podman: part('podman'),
  }
  const ratios = rounds.map(
    ({ floorMs, times }) => (times.firmware + times.kernel + times.initramfs) / floorMs,
  )
  return {
    accel,
    runs: rounds.length,
    floorMs: median(rounds.map(({ floorMs }) => floorMs)),
    first,
    later,
    laterTotalMs: median(rounds.map(({ times }) => total(times))),
    ratio: { median: median(ratios), min: Math.min(...ratios), max: Math.max(...ratios) },
  }
}

export function total(times: BootTimes): number {
  return Object.values(times).reduce((sum, ms) => sum + ms, 0)
}

/** Busybox as init powers the machine off before it has done anything. */
async function timeFloor(tools: ToolsTree, disk: DiskImage): Promise<number> {
  const start = performance.now()
  const kernelArgs = ['rdinit=/usr/bin/busybox', '--', 'poweroff', '-f']
  await using machine = await startMachine({
    name: 'bench',
    tools,
    disk,
    kernelArgs,
    onReboot: 'stop',
    exec: false,
    ssh: false,
  })
  await machine.exited
  return performance.now() - start
}

type BootOptions = Omit<Parameters<typeof startMachine>[0], 'name' | 'ports'>

async function timeBoot(options: BootOptions): Promise<BootTimes> {
  const port = await freePort()
  await using machine = await startMachine({
    ...options,
    name: 'bench',
    memoryMiB: 2048,
    ssh: false,
    ports: [{ host: port, guest: 80 }],
  })
  const poweredOn = performance.now()
  const hello = await machine.console.expect(/afloat: \[ *(\d+\.\d+)\]/, { timeoutMs: 300_000 })
  // The kernel's own clock says how long ago it started.
  const kernelMs = Number(hello.match[1]) * 1000
  const firmwareMs = hello.ms - kernelMs
  const systemd = await machine.console.expect(/afloat: .*\] Start systemd/, { timeoutMs: 600_000 })
  const answeredMs = (await firstAnswer(port)) - poweredOn
  const containerMs = firmwareMs + (await startOfContainer(machine))
  await machine.powerOff()
  return {
    firmware: firmwareMs,
    kernel: kernelMs,
    initramfs: systemd.ms - hello.ms,
    systemd: containerMs - systemd.ms,
    podman: answeredMs - containerMs,
  }
}

/** When systemd began to start the container, in milliseconds since the kernel did. */
async function startOfContainer(machine: Machine): Promise<number> {
  return Number(await machine.sh('systemctl show -P InactiveExitTimestampMonotonic web.service')) / 1000
}

/** Resolves with the time of the first answer on the port. */
async function firstAnswer(port: number): Promise<number> {
  for (const end = performance.now() + 600_000; performance.now() < end; await sleep(50)) {
    const answered = await fetch(`http://127.0.0.1:${port}/`, { signal: AbortSignal.timeout(10_000) }).then(
      (response) => response.ok,
      () => false,
    )
    if (answered) return performance.now()
  }
  throw new Error('The container did not answer within ten minutes')
}
