import type { Sys } from '../sys/sys.ts'

/**
 * Drivers of disks, in the turns in which they are loaded: a machine whose disk is found after the first does not
 * wait until the kernel has looked behind every SATA port.
 */
export const driverTurns: readonly { readonly buses: RegExp; readonly modules: readonly string[] }[] = [
  { buses: /^virtio:/, modules: [] },
  // The disk behind a SCSI controller has no alias of its own that names its driver.
  { buses: /^(pci|scsi|usb|vmbus|xen):/, modules: ['sd_mod'] },
]

/**
 * Loads the drivers of one turn that the devices present ask for, of those in the initramfs.
 * Devices that appear later announce themselves: see `deviceEvents()`.
 */
export function loadDrivers(sys: Sys, { buses, modules }: (typeof driverTurns)[number]): void {
  const names = [...modules, ...listModaliases(sys).filter((alias) => buses.test(alias))]
  if (names.length > 0) sys.run(['modprobe', '-q', '-a', ...names])
}

/** Makes a command run elsewhere, such as `inStage`. */
export type Wrap = (argv: readonly string[]) => string[]

export const asIs: Wrap = (argv) => [...argv]

/** Loads the drivers that any device present asks for, of those in the root where `wrap` runs modprobe. */
export function loadAllDrivers(sys: Sys, wrap = asIs): void {
  const aliases = listModaliases(sys)
  if (aliases.length > 0) sys.run(wrap(['modprobe', '-q', '-a', ...aliases]))
}

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
