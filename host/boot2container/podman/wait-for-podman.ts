import type { Sys } from '../../sys/sys.ts'
import { b2cError } from '../errors.ts'
import { places } from '../places.ts'
import { waitUntil } from '../wait-until.ts'

const patienceMs = 120_000

/** Waits until podman is there: init.sh has it unpacked from the start. Throws `b2c/podman-not-unpacked`. */
export function waitForPodman(sys: Sys): void {
  const code = waitUntil(sys, patienceMs, () => sys.readText(places.podmanUnpacked)?.trim() || undefined)
  if (code === '0') return
  throw b2cError(
    'b2c/podman-not-unpacked',
    `Cannot unpack podman: ${code === undefined ? `not done after ${patienceMs / 1000} s` : `exit code ${code}`}`,
    { hint: 'Give the machine more memory, and check that the initramfs is whole' },
  )
}
