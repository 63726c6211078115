import { releaseOldMappings } from '../slots/release-old.ts'
import { rebindNetns } from '../survivors/rebind-netns.ts'
import { isMounted } from '../sys/mounts.ts'
import type { Sys } from '../sys/sys.ts'
import { releaseKept } from './kept-mounts.ts'
import { nextRootPath } from './next-root.ts'
import { isTrialOn } from './trial.ts'

/** What the release that the kernel came from says of itself; in memory, so it ends with the kernel. */
export const bootedPath = '/run/afloat/booted.json'

/** Files in /run with which programs say that a reboot is due; a soft reboot is one. */
const staleMarkers = [
  '/run/reboot-required',
  '/run/reboot-required.pkgs',
  '/run/update_engine_autoupdate_completed',
]

/**
 * Does what has to be done early in each life, before containers start: the names of network
 * namespaces, markers that no longer hold, the device of the release before. Each part stands alone: one that fails is
 * reported and keeps neither the others nor the machine from going on. Returns whether all went well.
 * The whole boot waits for this, so the first life of a kernel does not even ask systemd which one it is.
 */
export function beginLife(sys: Sys): boolean {
  const isFirst = !sys.exists(bootedPath)
  const parts: readonly (readonly [string, () => void])[] = isFirst
    ? [['keep what the kernel was booted with', () => keepBooted(sys)]]
    : [
        ['clear markers', () => clearMarkers(sys)],
        ['name network namespaces', () => void rebindNetns(sys)],
        ['release the system before', () => releaseBefore(sys)],
      ]
  let isWell = true
  for (const [what, run] of parts) {
    try {
      run()
    } catch (error) {
      isWell = false
      sys.log(`Cannot ${what}: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
  return isWell
}

/** In memory, where nothing outlives a power cut: plain writing will do. */
function keepBooted(sys: Sys): void {
  sys.makeDirs('/run/afloat')
  sys.writeFile(bootedPath, sys.readText('/usr/lib/afloat/release.json') ?? '{}\n')
}

function clearMarkers(sys: Sys): void {
  for (const path of staleMarkers) sys.remove(path)
  releaseKept(sys)
  // where the root that was switched to lay; one that somebody has put there since stays
  if (!isMounted(sys, nextRootPath) && sys.list(nextRootPath)?.length === 0) sys.remove(nextRootPath)
}

function releaseBefore(sys: Sys): void {
  if (isTrialOn(sys)) return
  for (const name of releaseOldMappings(sys).held)
    sys.log(`Device ${name} of the release before is still in use; "afloatctl pins" says by what`)
}
