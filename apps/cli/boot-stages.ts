import { AfloatError } from '@afloat/report'
import type { Machine } from '@afloat/vm/machine'
import type { Progress } from './progress.ts'

/** What the console shows when a stage of the boot is over. */
const consoleStages: readonly { name: string; ends: RegExp; timeoutMs: number }[] = [
  { name: 'Firmware', ends: /BdsDxe: starting|EFI stub|afloat: \[/, timeoutMs: 120_000 },
  { name: 'Kernel', ends: /afloat: \[|Welcome to /, timeoutMs: 180_000 },
  { name: 'Initramfs', ends: /afloat: .*\] (?:Provision|Start systemd)|Welcome to /, timeoutMs: 180_000 },
  { name: 'Provision', ends: /afloat: .*\] Start systemd|Welcome to /, timeoutMs: 600_000 },
]

/** The images of containers are pulled meanwhile. */
const servicesTimeoutMs = 1_200_000

/**
 * Shows how a machine starts, until systemd says that it has. Returns the units that failed, if any.
 * Throws what console and exec throw: the machine ended, or stands still with its failure screen.
 */
export async function showBoot(machine: Machine, progress: Progress): Promise<string[]> {
  for (const { name, ends, timeoutMs } of consoleStages) {
    // from the start: one line may end several stages, and consumes nothing
    await progress.stage(name, () => machine.console.expect(ends, { timeoutMs, from: 'start' }))
  }
  await progress.stage('systemd', () => machine.waitForExec())
  return await progress.stage('Services and containers', () => waitForServices(machine))
}

/** Returns the units that failed. */
async function waitForServices(machine: Machine): Promise<string[]> {
  const { stdout } = await machine.exec('systemctl is-system-running --wait', {
    timeoutMs: servicesTimeoutMs,
  })
  const state = stdout.trim()
  if (state === 'running') return []
  if (state === 'degraded') {
    const units = await machine.sh('systemctl list-units --failed --plain --no-legend --full')
    return units.split('\n').map((line) => line.split(' ')[0]!)
  }
  throw new AfloatError('run/not-ready', `Machine did not become ready: its state is "${state}"`)
}
