import type { Sys } from '../sys/sys.ts'
import type { Reporter } from './report.ts'

/** Warns of firmware that drivers asked for and that is not there: the kernel's log is the only place that tells. */
export function warnOfMissingFirmware(sys: Sys, report: Reporter): void {
  const { stdout } = sys.run(['dmesg'])
  const missing = new Set<string>()
  for (const [, name] of stdout.matchAll(/Direct firmware load for (\S+) failed with error -2$/gm))
    missing.add(name!)
  if (missing.size === 0) return
  report.warn({
    code: 'b2c/firmware-missing',
    message: `Devices may not work, for their drivers miss firmware: ${[...missing].sort().join(', ')}`,
    hint: 'Add the pack "firmware"; what it lacks can be in an archive behind it, below usr/lib/firmware',
  })
}
