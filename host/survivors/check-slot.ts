import { findPins } from '../softreboot/find-pins.ts'
import type { Pin } from '../softreboot/pins.ts'
import { listMounts } from '../sys/mounts.ts'
import type { Sys } from '../sys/sys.ts'
import type { Finding, Survivor } from './survivor.ts'

/**
 * Finds survivors that hold the release that runs now: they would live on, but the update after the next could not be
 * written over it. That is by what they run, what they have open, and what is mounted for them of /usr or /etc.
 */
export function checkSlot(sys: Sys, survivors: readonly Survivor[]): Finding[] {
  const withProcesses = survivors.filter(
    ({ pids, unit }) => pids.length > 0 && unit !== 'afloat-guard.service',
  )
  if (withProcesses.length === 0) return []
  const mounts = listMounts(sys)
  const etc = mounts.findLast(({ target }) => target === '/etc')
  // Of /usr also what extensions lie over: they hold it.
  const devices = [...mounts.filter(({ target }) => target === '/usr'), ...(etc ? [etc] : [])].map(
    ({ device }) => device,
  )
  const pins = findPins(sys, devices)
  return withProcesses.flatMap((survivor) => {
    const own = pins.filter((pin) => pin.pids.some((pid) => survivor.pids.includes(pid)))
    return [...checkPrograms(sys, survivor, own), ...checkMounts(survivor, own)]
  })
}

function checkPrograms(sys: Sys, { unit, container }: Survivor, pins: readonly Pin[]): Finding[] {
  const held = pins.filter(({ kind }) => kind === 'process')
  const conmon = held.find(({ pids }) => container !== undefined && pids.includes(container.conmonPid))
  if (conmon !== undefined) {
    return [
      {
        unit,
        code: 'survivors/conmon-in-slot',
        text: `its conmon (process ${container?.conmonPid}) runs from /usr, so the next update but one cannot be written`,
        remedy:
          'Remove "conmon_path" and "env" from containers.conf of this machine, and restart the unit: the image runs conmon from memory',
        fatal: false,
      },
    ]
  }
  const [first] = held
  if (first === undefined) return []
  const path = sys.readLink(`/proc/${first.pids[0]}/exe`)
  return [
    {
      unit,
      code: 'survivors/uses-slot',
      text: `process ${first.pids[0]} ("${first.command}") ${path === undefined ? 'uses' : `of ${path} uses`} files of /usr or /etc, so the next update but one cannot be written`,
      remedy:
        'Run it as a container, or as a portable service with RootImage= or RootDirectory= outside of /usr',
      fatal: false,
    },
  ]
}

function checkMounts({ unit, kind }: Survivor, pins: readonly Pin[]): Finding[] {
  const via = [...new Set(pins.filter((pin) => pin.kind === 'namespace').flatMap((pin) => pin.via))]
  if (via.length === 0) return []
  const shown = via.slice(0, 3).join(', ') + (via.length > 3 ? ' …' : '')
  return [
    {
      unit,
      code: 'survivors/mount-of-slot',
      text: `files of /usr or /etc are mounted for it at ${shown}; it would go on seeing the old ones, and the next update but one cannot be written`,
      remedy:
        kind === 'container'
          ? 'Copy what the container needs to a folder below /var and mount that instead'
          : 'Run it with RootImage= or RootDirectory= and without BindPaths= from /usr or /etc',
      fatal: false,
    },
  ]
}
