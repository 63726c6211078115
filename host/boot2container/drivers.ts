import { driverTurns, listModaliases } from '../init/drivers.ts'
import type { Sys } from '../sys/sys.ts'

/** Of no device, and wanted by every machine: containers lie on overlayfs, caches are ext4, udhcpc needs raw packets. */
const always = ['overlay', 'ext4', 'af_packet']

export interface Drivers {
  /**
   * Whether every device that there is was given its driver. Looks again each time: drivers find devices, which want
   * drivers. The kernel says that a driver is loaded when it has looked at all of its devices.
   */
  settled(): boolean
}

/**
 * Loads what virtual machines need and returns; whatever else is plugged in gets its driver in the background. Devices
 * that appear later, for as long as the machine runs, get theirs as they announce themselves.
 */
export function startDrivers(sys: Sys): Drivers {
  sys.spawnDetached(['sh', '-c', hotplug])
  const aliases = listModaliases(sys)
  const [first] = driverTurns
  const urgent = aliases.filter((alias) => first!.buses.test(alias))
  sys.run(['modprobe', '-q', '-a', ...always, ...urgent])
  const given = new Set(urgent)
  const load = (names: readonly string[]) => {
    for (const name of names) given.add(name)
    return sys.start(['modprobe', '-q', '-a', ...names])
  }
  const others = () => listModaliases(sys).filter((alias) => !given.has(alias))
  let job = load(['sd_mod', ...others()])
  return {
    settled() {
      if (!job.ended || isLoading(sys)) return false
      const found = others()
      if (found.length === 0) return true
      job = load(found)
      return false
    },
  }
}

/**
 * Whether the kernel is at work with a driver. Several are asked for at once, by init.sh and by events too, and modprobe of
 * busybox passes over one that somebody else is loading. Source: Linux, kernel/module/procfs.c, m_show()
 */
function isLoading(sys: Sys): boolean {
  return / Loading /.test(sys.readText('/proc/modules') ?? '')
}

/** Not `uevent PROGRAM`: that starts the program for each of some hundred events. */
const hotplug = `uevent | while read -r line; do
  case $line in MODALIAS=*) modprobe -q "\${line#MODALIAS=}" ;; esac
done`

/**
 * Loads modules by file name or path: from the first of the folders that has such a file, else by its name from the
 * modules pack. What cannot be loaded is returned with the reason.
 */
export function insertModules(
  sys: Sys,
  files: readonly string[],
  folders: readonly string[],
): [file: string, why: string][] {
  return files.flatMap((file): [string, string][] => {
    const path = folders.map((folder) => `${folder}/${file}`).find((path) => sys.exists(path))
    const { code, stderr } =
      path === undefined
        ? sys.run(['modprobe', file.replace(/\.ko(\.\w+)?$/, '').replace(/^.*\//, '')])
        : sys.run(['insmod', path])
    return code === 0 ? [] : [[file, stderr.trim()]]
  })
}
