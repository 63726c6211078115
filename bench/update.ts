import type { Load, LoadResult } from '@afloat/vm/load'
import type { Machine } from '@afloat/vm/machine'
import { median } from './median.ts'

/** What is measured: a machine with a container that survives and one that does not, and how to disturb it. */
export type UpdateBenchInputs = {
  readonly machine: Machine
  startLoad(container: 'web' | 'ordinary'): Load
  waitForAnswers(load: Load): Promise<void>
  /** Publishes a new release, and waits until the machine runs it and found it good. */
  update(round: number): Promise<{ action?: string; outcome: string; reason?: string }>
  reboot(load: Load): Promise<void>
  /** Where the machine fetched the last release from. */
  bundleUrl(): string
}

export type UpdateBench = {
  readonly rounds: number
  /** How long the container that does not survive was away, in seconds, by round. */
  readonly softSeconds: readonly number[]
  readonly fullSeconds: readonly number[]
  /** Soft over full, of the same round: median, lowest and highest. */
  readonly ratio: { readonly median: number; readonly min: number; readonly max: number }
  /** Of the container that survives: its longest time without an answer, and failed requests. */
  readonly survivor: {
    readonly quietGapMs: number
    readonly updateGapMs: number
    readonly requests: number
    readonly failed: number
  }
  /**
   * Fetching, verifying, unpacking and writing a release, beside `curl | dd` of as many bytes as are written, from the same
   * server to the same disk, with the same share of the processors and under the same load, and beside `dd` from memory,
   * which needs no network. The ratio is to the former.
   */
  readonly slot: {
    /** As written; the agent fetches them compressed. */
    readonly bytes: number
    readonly writeSeconds: number
    readonly fetchSeconds: number
    readonly ddSeconds: number
    readonly ratio: number
  }
  /** The most memory that the agent and its programs had at a time: their own, and files in memory; page cache apart. */
  readonly agentPeakBytes: number
  /** Memory of all that is left of the agent between two runs. */
  readonly residentBytes: number
}

const quietSeconds = 60

/** Measures `rounds` updates by soft reboot, each followed by a full reboot of the same machine. */
export async function benchUpdate(inputs: UpdateBenchInputs, rounds: number): Promise<UpdateBench> {
  const { machine } = inputs
  const quiet = await measureQuiet(inputs)
  const softSeconds: number[] = []
  const fullSeconds: number[] = []
  const survivor: LoadResult[] = []
  const slots: UpdateBench['slot'][] = []
  let agentPeakBytes = 0
  for (let round = 0; round < rounds; round++) {
    const peak = await watchMemory(machine)
    const soft = await measureSoft(inputs, round)
    survivor.push(soft.web)
    softSeconds.push(soft.ordinary.maxGapMs / 1000)
    agentPeakBytes = Math.max(agentPeakBytes, await peak())
    slots.push(await measureSlot(inputs))
    fullSeconds.push(await measureFull(inputs))
  }
  const ratios = softSeconds.map((soft, round) => soft / fullSeconds[round]!)
  return {
    rounds,
    softSeconds,
    fullSeconds,
    ratio: { median: median(ratios), min: Math.min(...ratios), max: Math.max(...ratios) },
    survivor: {
      quietGapMs: quiet.maxGapMs,
      updateGapMs: Math.max(...survivor.map(({ maxGapMs }) => maxGapMs)),
      requests: survivor.reduce((sum, { total }) => sum + total, 0),
      failed: survivor.reduce((sum, { failed }) => sum + failed, 0),
    },
    slot: slots.toSorted((a, b) => a.ratio - b.ratio)[Math.floor(slots.length / 2)]!,
    agentPeakBytes,
    residentBytes: await residentBytes(machine),
  }
}

async function measureQuiet({ startLoad }: UpdateBenchInputs): Promise<LoadResult> {
  const [web, ordinary] = [startLoad('web'), startLoad('ordinary')]
  await new Promise((resolve) => setTimeout(resolve, quietSeconds * 1000))
  await ordinary.stop()
  return await web.stop()
}

async function measureSoft(
  { startLoad, update, waitForAnswers }: UpdateBenchInputs,
  round: number,
): Promise<{ web: LoadResult; ordinary: LoadResult }> {
  const loads = { web: startLoad('web'), ordinary: startLoad('ordinary') }
  const { outcome, action, reason } = await update(round)
  await waitForAnswers(loads.ordinary)
  const [web, ordinary] = await Promise.all([loads.web.stop(), loads.ordinary.stop()])
  if (outcome === 'good' && action === 'soft-reboot') return { web, ordinary }
  throw new Error(`Expected a soft reboot to a good release, found ${action} and ${outcome}: ${reason}`)
}

/** Under the load that the soft reboot was measured under. */
async function measureFull({ startLoad, waitForAnswers, reboot }: UpdateBenchInputs): Promise<number> {
  const loads = { web: startLoad('web'), ordinary: startLoad('ordinary') }
  await waitForAnswers(loads.ordinary)
  await reboot(loads.ordinary)
  await loads.web.stop()
  return (await loads.ordinary.stop()).maxGapMs / 1000
}

/** Asks the kernel what the agent's control group holds (`anon` and `shmem`), again and again; returns the highest sum. */
async function watchMemory(machine: Machine): Promise<() => Promise<number>> {
  await startWatch(machine)
  return async () => {
    await endWatch(machine)
    return Number(await machine.sh('cat /run/agent-peak.bytes'))
  }
}

async function startWatch(machine: Machine): Promise<void> {
  const script = `#!/bin/sh
: >/run/agent-peak
peak=0
while [ -e /run/agent-peak ]; do
  sum=0
  while read -r key value; do
    case $key in anon|shmem) sum=$((sum + value)) ;; esac
  done </sys/fs/cgroup/system.slice/afloat-update.service/memory.stat
  [ $sum -gt $peak ] && peak=$sum && echo $peak >/run/agent-peak.bytes
  sleep 0.3
done 2>/dev/null
`
  await machine.copyIn(Buffer.from(script), '/run/watch-agent', 0o755)
  await machine.sh(
    'rm -f /run/agent-peak.bytes; systemd-run --quiet --collect --unit=watch-agent sh /run/watch-agent',
  )
}

async function endWatch(machine: Machine): Promise<void> {
  await machine.sh('rm -f /run/agent-peak')
}

/**
 * Reads how much the agent says that it wrote and how long it took. Then as much is fetched from the same server and written
 * to the partition that is free now by nothing but `curl` and `dd`; and once more by `dd` alone, from memory. The bundle,
 * which is shorter, makes it up with its beginning once more.
 */
async function measureSlot({
  machine,
  startLoad,
  bundleUrl,
}: UpdateBenchInputs): Promise<UpdateBench['slot']> {
  const log = await machine.sh(
    'journalctl --quiet -u afloat-update.service -o cat | grep " written in " | tail -n 1',
  )
  const [, megabytes, took] = /([\d.]+) MB .* written in ([\d.]+) s$/.exec(log) ?? []
  const [bytes, writeSeconds] = [Number(megabytes) * 1e6, Number(took)]
  const script = `set -e
    slot=$(afloatctl status --json | grep -o '"slot":"[ab]"' | cut -d'"' -f4)
    [ $slot = a ] && other=b || other=a
    target=/dev/disk/by-partlabel/usr-$other
    url='${bundleUrl()}'
    dd="dd of=$target bs=4M iflag=fullblock,count_bytes count=${bytes} conv=fsync status=none"
    t0=$(date +%s.%N)
    curl --silent --fail "$url" "$url" | $dd
    t1=$(date +%s.%N)
    curl --silent --fail "$url" "$url" | head -c ${bytes} >/run/bench-bytes
    t2=$(date +%s.%N)
    $dd if=/run/bench-bytes
    t3=$(date +%s.%N)
    [ $(stat -c %s /run/bench-bytes) = ${bytes} ]
    rm /run/bench-bytes
    echo "$t0 $t1 $t2 $t3"`
  await machine.copyIn(Buffer.from(script), '/run/bench-slot', 0o755)
  const loads = [startLoad('web'), startLoad('ordinary')]
  // It takes its share of the processors, and there is nothing to see: the agent had it beside itself too.
  await startWatch(machine)
  const likeTheAgent = 'systemd-run --quiet --wait --pipe --collect -p CPUWeight=20 -p IOWeight=20'
  const answer = await machine.sh(`${likeTheAgent} sh /run/bench-slot`, { timeoutMs: 300_000 })
  await endWatch(machine)
  await Promise.all(loads.map((load) => load.stop()))
  const [t0 = 0, t1 = 0, t2 = 0, t3 = 0] = answer.split(' ').map(Number)
  const [fetchSeconds, ddSeconds] = [t1 - t0, t3 - t2]
  return { bytes, writeSeconds, fetchSeconds, ddSeconds, ratio: writeSeconds / fetchSeconds }
}

/** Between runs nothing is left: no process of the agent, and no process that runs QuickJS. */
async function residentBytes(machine: Machine): Promise<number> {
  const script = `sum=0
    for exe in /proc/[0-9]*/exe; do
      [ "$(readlink $exe)" = /usr/bin/qjs ] || continue
      while read -r key value _; do case $key in VmRSS:) sum=$((sum + value)) ;; esac; done <\${exe%exe}status
    done
    echo $sum`
  return Number(await machine.sh(script)) * 1024
}

export function formatUpdate(result: UpdateBench, accel: string): string {
  const { softSeconds, fullSeconds, ratio, survivor, slot } = result
  const list = (values: readonly number[]) => values.map((value) => `${value.toFixed(1)} s`).join(', ')
  const mb = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`
  return [
    `Update of a machine with two containers (${accel}, ${result.rounds} rounds)`,
    '',
    `Ordinary container away, soft reboot   ${list(softSeconds)}`,
    `Ordinary container away, full reboot   ${list(fullSeconds)}`,
    `Soft over full: ${ratio.median.toFixed(2)} (${ratio.min.toFixed(2)} to ${ratio.max.toFixed(2)}; at most 0.5)`,
    '',
    `Surviving container: ${survivor.failed} of ${survivor.requests} requests failed; longest time without an answer`,
    `  ${survivor.updateGapMs.toFixed(0)} ms, and ${survivor.quietGapMs.toFixed(0)} ms under the same load without an update`,
    `Slot: ${mb(slot.bytes)} fetched, verified and written in ${slot.writeSeconds.toFixed(1)} s; curl | dd of as many takes`,
    `  ${slot.fetchSeconds.toFixed(1)} s: ${slot.ratio.toFixed(2)} x (at most 1.5); dd alone, from memory, ${slot.ddSeconds.toFixed(1)} s`,
    `Agent: at most ${mb(result.agentPeakBytes)} of memory (at most 64 MiB), ${mb(result.residentBytes)} between runs (none)`,
  ].join('\n')
}
