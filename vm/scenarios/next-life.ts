import type { Machine } from '../machine.ts'

const lifeTimeoutMs = 240_000

/** Replaces the system by that of a slot ("a" or "b"), and returns once the new life, number `count`, answers. */
export async function softRebootInto(machine: Machine, slot: 'a' | 'b', count: number): Promise<void> {
  const program = 'qjs --std --no-unhandled-rejection -m /usr/lib/afloat/softreboot.js'
  await machine.sh(`${program} assemble ${slot}`, { timeoutMs: 120_000 })
  await softReboot(machine, count)
}

/** Orders a soft reboot, of whatever is prepared, and returns once the new life, number `count`, answers. */
export async function softReboot(machine: Machine, count: number): Promise<void> {
  await machine.exec('systemctl soft-reboot', { detach: true })
  const end = Date.now() + lifeTimeoutMs
  for (;;) {
    const answer = await machine
      .exec('systemctl show -P SoftRebootsCount', { timeoutMs: lifeTimeoutMs })
      .catch(() => undefined) // the agent that was asked ended with its life
    if (answer?.stdout.trim() === String(count)) return
    if (Date.now() > end) throw new Error(`Life ${count} did not begin`)
  }
}
