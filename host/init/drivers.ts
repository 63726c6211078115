import type { Sys } from '../sys/sys.ts'

/**
 * Loads the drivers that the devices present ask for, of those in the initramfs.
 * Devices that appear later announce themselves: see `deviceEvents()`.
 */
export function loadDrivers(sys: Sys): void {
  const aliases = listModaliases(sys).filter((alias) => diskBuses.test(alias))
  if (aliases.length > 0) sys.run(['modprobe', '-q', '-a', ...aliases])
  // The disk behind a SCSI controller has no alias of its own that names its driver.
  sys.run(['modprobe', '-q', '-a', 'sd_mod', 'dm_verity', 'erofs'])
}

/** Where disks are found. Others would only make modprobe read its index in vain, which is slow. */
const diskBuses = /^(pci|virtio|scsi|usb|vmbus|xen):/

/** Returns what the devices of all buses say they are, each once; a driver names the aliases that it serves. */
export function listModaliases(sys: Sys): string[] {
  const aliases = new Set<string>()
  for (const bus of sys.list('/sys/bus') ?? []) {
    const home = `/sys/bus/${bus}/devices`
    for (const device of sys.list(home) ?? []) {
      const alias = sys.readText(`${home}/${device}/modalias`)?.trim()
      if (alias !== undefined && alias !== '') aliases.add(alias)
    }
  }
  return [...aliases].sort()
}
