import type { Architecture } from '@afloat/build/architecture'
import type { AccelName } from './accel.ts'
import { accelArgs } from './accel.ts'
import { execPortName } from './exec-agent.ts'
import { escapeOption } from './guest-input.ts'
import { type FirmwareName, platforms } from './platform.ts'
import type { GuestForward, PortForward } from './ports.ts'

export type DiskImage = { readonly path: string; readonly format: 'raw' | 'qcow2' }

/** Boots by UEFI. */
export type UefiBoot = {
  /** Variables of this machine. */
  readonly vars: string
  /** Default x86_64. */
  readonly architecture?: Architecture
  /** Default "uefi". */
  readonly firmware?: FirmwareName
}

/** Boots by the BIOS, from what `extra` gives a boot index. */
export type BiosBoot = { readonly bios: true }

/** Boots a kernel without firmware and boot loader. */
export type DirectKernel = {
  readonly kernel: string
  readonly initrd?: string
  readonly append: string
  /** Default x86_64. */
  readonly architecture?: Architecture
}

/** Boots from the network, by the BIOS and the iPXE of QEMU's network card. */
export type NetworkBoot = {
  /** What DHCP hands out; the computer that QEMU runs on is 10.0.2.2. */
  readonly bootFile: string
  readonly mac: string
}

export type QemuPlan = {
  readonly name: string
  readonly accel: AccelName
  readonly cpus: number
  readonly memoryMiB: number
  /** The boot disk first. */
  readonly disks: readonly DiskImage[]
  readonly boot: UefiBoot | BiosBoot | DirectKernel | NetworkBoot
  /** What QEMU calls the network card; default virtio-net-pci. */
  readonly networkCard?: string | undefined
  readonly ports: readonly PortForward[]
  readonly guestForwards: readonly GuestForward[]
  readonly onReboot: 'restart' | 'stop'
  readonly consoleLog: string
  /** Anything else, as QEMU takes it. */
  readonly extra: readonly string[]
}

/** The file descriptors that QEMU inherits, each one end of a socket pair: nothing to find or remove on disk. */
export const inheritedFds = { console: 3, monitor: 4, exec: 5 } as const

/** Returns the whole command line for a machine. */
export function qemuArgs(plan: QemuPlan): string[] {
  const platform = platforms[architectureOf(plan.boot)]
  return [
    platform.program,
    ...['-name', escapeOption(plan.name), '-nodefaults', '-no-user-config', '-display', 'none'],
    ...['-machine', platform.machine, ...accelArgs(plan.accel, platform)],
    ...['-smp', String(plan.cpus), '-m', `${plan.memoryMiB}M`],
    // only devices with a bootindex are tried: no minutes of network boot when the disk does not boot
    ...['-boot', 'strict=on,menu=off'],
    ...(plan.onReboot === 'stop' ? ['-no-reboot'] : []),
    ...bootArgs(plan),
    ...plan.disks.flatMap((disk, index) => diskArgs(disk, index, 'vars' in plan.boot)),
    ...[
      '-netdev',
      networkOption(plan),
      '-device',
      `${plan.networkCard ?? 'virtio-net-pci'},netdev=net,${cardOptions(plan)}`,
    ],
    ...['-object', 'rng-builtin,id=rng', '-device', 'virtio-rng-pci,rng=rng'],
    ...['-chardev', socket('console', `,logfile=${escapeOption(plan.consoleLog)},logappend=on`)],
    ...['-serial', 'chardev:console'],
    ...['-chardev', socket('monitor'), '-mon', 'chardev=monitor,mode=control'],
    ...['-device', 'virtio-serial-pci', '-chardev', socket('exec')],
    ...['-device', `virtserialport,chardev=exec,name=${execPortName},id=exec`],
    ...plan.extra,
  ]
}

/** What a machine boots decides which processor it has. */
function architectureOf(boot: QemuPlan['boot']): Architecture {
  return ('architecture' in boot ? boot.architecture : undefined) ?? 'x86_64'
}

function bootArgs({ boot }: QemuPlan): string[] {
  if ('kernel' in boot) {
    const initrd = boot.initrd === undefined ? [] : ['-initrd', boot.initrd]
    return ['-kernel', boot.kernel, ...initrd, '-append', boot.append]
  }
  // without graphics the BIOS and iPXE talk on the serial console
  if ('bootFile' in boot || 'bios' in boot) return ['-machine', 'graphics=off']
  const { code, machine } = platforms[architectureOf(boot)].firmware[boot.firmware ?? 'uefi']
  return [
    ...machine,
    ...['-drive', `if=pflash,format=raw,readonly=on,file=${code}`],
    ...['-drive', `if=pflash,format=raw,file=${escapeOption(boot.vars)}`],
  ]
}

/** What boots in another way has the first place in the boot order. */
function diskArgs(disk: DiskImage, index: number, isBootable: boolean): string[] {
  // A guest's flush need not reach the host's platter: what QEMU has written survives its own death. Only a
  // crash of the host could lose it.
  const file = { driver: 'file', filename: disk.path, discard: 'unmap' }
  const cache = { 'no-flush': true }
  // By default QEMU would stop the machine, silently, where the host has no room for what it writes.
  const device = `virtio-blk-pci,drive=disk${index},serial=disk${index},werror=report`
  const node = { driver: disk.format, 'node-name': `disk${index}`, file, cache, discard: 'unmap' }
  return [
    ...['-blockdev', JSON.stringify(node)],
    ...['-device', `${device}${isBootable ? `,bootindex=${index}` : ''}`],
  ]
}

function cardOptions({ boot }: QemuPlan): string {
  return 'bootFile' in boot ? `mac=${boot.mac},bootindex=0` : 'romfile='
}

function networkOption({ boot, ports, guestForwards }: QemuPlan): string {
  const options = ['user', 'id=net']
  if ('bootFile' in boot) options.push(`bootfile=${escapeOption(boot.bootFile)}`)
  for (const { host, guest } of ports) options.push(`hostfwd=tcp:127.0.0.1:${host}-:${guest}`)
  for (const { address, port, hostPort } of guestForwards) {
    // a program for each connection: a character device would be shared by all of them
    options.push(`guestfwd=tcp:${address}:${port}-cmd:busybox nc 127.0.0.1 ${hostPort}`)
  }
  return options.join(',')
}

function socket(id: keyof typeof inheritedFds, more = ''): string {
  return `socket,id=${id},fd=${inheritedFds[id]}${more}`
}
