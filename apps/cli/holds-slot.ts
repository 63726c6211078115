import { setTimeout as sleep } from 'node:timers/promises'
import type { Machine } from '@afloat/vm/machine'
import { readStatus } from './follow-update.ts'

/** What is left to do after a verdict takes a moment; under emulation a long one. */
const patienceMs = 60_000

/** Opens a block device the way a program does that wants it for itself. */
const openAlone = `qjs --std -e 'std.exit(os.open(std.getenv("device"), os.O_RDWR | 0o200) < 0 ? 1 : 0)'`

/**
 * Whether anything in a machine holds the slot that it does not run from, after a moment of patience: something that
 * "afloatctl pins" names, or a partition that cannot be opened for one program alone.
 */
export async function holdsSlot(machine: Machine): Promise<boolean> {
  const end = Date.now() + patienceMs
  for (;;) {
    const { running } = await readStatus(machine)
    const other = running.slot === 'a' ? 'b' : 'a'
    const { pins } = JSON.parse(await machine.sh('afloatctl pins --json')) as { pins: unknown[] }
    const { code } = await machine.exec(
      `for label in usr-${other} usr-${other}-verity; do
         device=$(readlink -e /dev/disk/by-partlabel/$label) ${openAlone} || exit 1
       done`,
    )
    if (code === 0 && pins.length === 0) return false
    if (Date.now() > end) return true
    await sleep(1000)
  }
}
