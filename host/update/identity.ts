import type { Sys } from '../sys/sys.ts'

/** What a server learns about this machine. */
export type MachineIdentity = {
  /** /etc/machine-id: 32 hexadecimal digits. */
  readonly machineId: string
  /** Of this boot of the kernel, as "{uuid}". */
  readonly bootId: string
  readonly hostname: string
}

/** Changes with each boot of the kernel, and not at a soft reboot. */
export function readBootId(sys: Sys): string {
  return sys.readText('/proc/sys/kernel/random/boot_id')?.trim() ?? ''
}

export function readMachineIdentity(sys: Sys): MachineIdentity {
  return {
    machineId: sys.readText('/etc/machine-id')?.trim() ?? '',
    bootId: `{${readBootId(sys)}}`,
    hostname: sys.readText('/proc/sys/kernel/hostname')?.trim() ?? '',
  }
}
