import type { Machine } from '../machine.ts'
import { waitUntilReady } from './ready.ts'

const bootTimeoutMs = 240_000

/** The program of the machine that changes roots. */
export const program = '/usr/bin/qjs --std --no-unhandled-rejection -m /usr/lib/afloat/softreboot.js'

/**
 * Switches to a slot, or starts all of userspace anew where it is, and returns how many seconds that took, from the
 * order until everything was up. `count` is how many soft reboots there will have been.
 */
export async function softReboot(
  machine: Machine,
  slot: 'a' | 'b' | undefined,
  count: number,
): Promise<number> {
  if (slot !== undefined) await machine.sh(`${program} assemble ${slot}`, { timeoutMs: 120_000 })
  const start = performance.now()
  await machine.exec('systemctl soft-reboot', { detach: true })
  await waitForLife(machine, count)
  await waitUntilReady(machine)
  return (performance.now() - start) / 1000
}

/** Waits until the machine answers from another life: the command agent is started anew in each. */
export async function waitForLife(machine: Machine, softReboots: number, notBootId = ''): Promise<void> {
  const end = Date.now() + bootTimeoutMs
  const script = 'systemctl show -P SoftRebootsCount; cat /proc/sys/kernel/random/boot_id'
  for (;;) {
    const answer = await machine.exec(script, { timeoutMs: bootTimeoutMs }).catch(() => undefined)
    const [count, bootId] = answer?.stdout.trim().split('\n') ?? []
    if (count === String(softReboots) && bootId !== notBootId) return
    if (Date.now() > end) throw new Error(`Life ${softReboots} did not begin`)
  }
}
