import type { ChildProcess } from 'node:child_process'
import { existsSync } from 'node:fs'
import { copyFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Duplex } from 'node:stream'
import type { Architecture } from '@afloat/build/architecture'
import type { ToolsTree } from '@afloat/build/tools-tree'
import { AfloatError } from '@afloat/report'
import { type AccelChoice, type AccelName, chooseAccel } from './accel.ts'
import { MachineConsole } from './console.ts'
import { copyImage, createDisk, diskImage } from './disk.ts'
import { execCredentials } from './exec-agent.ts'
import { ExecChannel } from './exec-channel.ts'
import { type Credentials, type GuestInputs, guestInputArgs, guestInputs } from './guest-input.ts'
import { Machine } from './machine-handle.ts'
import { type FirmwareName, platforms } from './platform.ts'
import { checkPortsFree, freePort, type GuestForward, type PortForward, portTaken } from './ports.ts'
import { processRef } from './process-ref.ts'
import {
  type DirectKernel,
  type DiskImage,
  inheritedFds,
  type NetworkBoot,
  type QemuPlan,
  qemuArgs,
} from './qemu-args.ts'
import { Qmp } from './qmp.ts'
import { makeSshKey, type SshKey } from './ssh-key.ts'
import { claimMachineDir, forget, type MachineState, writeState } from './state.ts'

export type MachineOptions = {
  /** Names its folder in the cache; one of a name at a time. */
  readonly name: string
  readonly tools: ToolsTree
  /** Boot disk, written to; or an image that stays as it is, on top of which one is made in the machine's folder. */
  readonly disk?: DiskImage | NewDisk | undefined
  readonly extraDisks?: readonly DiskImage[]
  /** Starts this kernel instead of firmware and boot loader. */
  readonly direct?: DirectKernel
  /** Boots from the network instead of a disk. */
  readonly network?: NetworkBoot
  /** Default "uefi". */
  readonly firmware?: FirmwareName | 'bios'
  /** Of what firmware boots; default x86_64. */
  readonly architecture?: Architecture
  /** What QEMU calls the network card; default virtio-net-pci. */
  readonly networkCard?: string
  /** Default 1024. */
  readonly memoryMiB?: number
  /** Default 2. */
  readonly cpus?: number
  /** Default "auto": KVM where it works. */
  readonly accel?: AccelChoice
  /** UEFI variables; written to. Default: fresh ones in the machine's folder. */
  readonly vars?: string
  readonly ports?: readonly PortForward[]
  readonly guestForwards?: readonly GuestForward[]
  /** Firmware configuration, such as `opt/com.coreos/config`: name to content. */
  readonly fwCfg?: Readonly<Record<string, string | Uint8Array>>
  /** Appended to the kernel command line by the boot stub; with `direct`, to `append`. */
  readonly kernelArgs?: readonly string[]
  /** For systemd in the guest. */
  readonly credentials?: Credentials
  /** Default "restart". */
  readonly onReboot?: 'restart' | 'stop'
  /** Command agent for exec(), by credentials; default true. */
  readonly exec?: boolean
  /** Forward a port to sshd and authorize a new key; default true. */
  readonly ssh?: boolean
  /** A console line after which waiting for another one is pointless. Default: kernel panic and the like. */
  readonly failure?: RegExp
  /** More QEMU arguments. */
  readonly extra?: readonly string[]
  /**
   * Leave disk and UEFI variables behind when the machine has ended, and when they are there from an earlier
   * time, go on with them; default false.
   */
  readonly keep?: boolean
}

export type NewDisk = { readonly base: string; readonly sizeBytes?: number }

export { Machine } from './machine-handle.ts'

const defaultFailure =
  /Kernel panic - not syncing|BdsDxe: No bootable option|=== This machine did not boot ===/
const keptFiles = { disk: 'disk.qcow2', vars: 'uefi-vars.fd' }

/**
 * Starts a virtual machine and returns once QEMU runs; the guest has then just been powered on.
 * It ends with this process, however this process ends, and its folder is removed by `remove()`.
 * Throws `vm/port-taken`, `vm/name-taken`, `vm/no-kvm`, `vm/qemu-failed`.
 */
export async function startMachine(options: MachineOptions): Promise<Machine> {
  const ports = options.ports ?? []
  await checkPortsFree(ports)
  const architecture = architectureOf(options)
  const { accel } = await chooseAccel(options.accel ?? 'auto', options.tools, architecture)
  const claimed = await claimMachineDir(options.name, options.keep === true ? Object.values(keptFiles) : [])
  try {
    return await powerOn(options, claimed, accel)
  } catch (error) {
    forget(claimed)
    throw error
  }
}

async function powerOn(options: MachineOptions, claimed: MachineState, accel: AccelName): Promise<Machine> {
  const { tools } = options
  const { dir } = claimed
  const disk = await diskOf(options, dir)
  const key = options.ssh === false ? undefined : await makeSshKey(tools, dir)
  const sshPort = key === undefined ? undefined : await freePort()
  const ports = options.ports ?? []
  const child = tools.spawn(
    [
      ...qemuArgs({
        name: options.name,
        accel,
        cpus: options.cpus ?? 2,
        memoryMiB: options.memoryMiB ?? 1024,
        disks: [...(disk === undefined ? [] : [disk]), ...(options.extraDisks ?? [])],
        boot: await bootOf(options, dir),
        networkCard: options.networkCard,
        ports: sshPort === undefined ? ports : [...ports, { host: sshPort, guest: 22 }],
        guestForwards: options.guestForwards ?? [],
        onReboot: options.onReboot ?? 'restart',
        consoleLog: join(dir, 'console.log'),
        extra: options.extra ?? [],
      }),
      ...(await guestInputArgs(inputsOf(options, key), dir)),
    ],
    // a session of its own: Ctrl-C at the terminal is for us to handle, not for QEMU to die of
    { stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe', 'pipe'], detached: true },
  )
  const state = { ...claimed, sshPort, sshKey: key?.privatePath, ports, disk: disk?.path }
  return await attach(child, options.failure ?? defaultFailure, state)
}

function architectureOf({ direct, architecture }: MachineOptions): Architecture {
  return direct?.architecture ?? architecture ?? 'x86_64'
}

async function bootOf(options: MachineOptions, dir: string): Promise<QemuPlan['boot']> {
  if (options.network !== undefined) return options.network
  if (options.direct !== undefined) {
    const append = [options.direct.append, ...(options.kernelArgs ?? [])].join(' ')
    return { ...options.direct, append }
  }
  const { firmware = 'uefi' } = options
  if (firmware === 'bios') return { bios: true }
  const architecture = architectureOf(options)
  if (options.vars !== undefined) return { vars: options.vars, architecture, firmware }
  const vars = join(dir, keptFiles.vars)
  const fresh = platforms[architecture].firmware[firmware].vars
  if (!existsSync(vars)) await copyFile(join(options.tools.dir, fresh), vars)
  return { vars, architecture, firmware }
}

async function diskOf({ disk, keep, tools }: MachineOptions, dir: string): Promise<DiskImage | undefined> {
  if (disk === undefined || 'format' in disk) return disk
  const path = join(dir, keptFiles.disk)
  if (existsSync(path)) return await diskImage(path)
  // what is kept must not depend on an image in the cache
  return await (keep === true ? copyImage : createDisk)(tools, disk.base, path, disk.sizeBytes)
}

function inputsOf(options: MachineOptions, key: SshKey | undefined): GuestInputs {
  const credentials = {
    ...(options.exec === false ? {} : execCredentials()),
    ...(key === undefined ? {} : { 'ssh.authorized_keys.root': `${key.publicLine}\n` }),
    ...options.credentials,
  }
  return guestInputs({
    credentials,
    kernelArgs: options.direct === undefined ? (options.kernelArgs ?? []) : [],
    fwCfg: options.fwCfg ?? {},
  })
}

/** Connects to the inherited sockets and waits until QEMU answers: only then is its command line accepted. */
async function attach(child: ChildProcess, failure: RegExp, state: MachineState): Promise<Machine> {
  const poweredOnAt = performance.now()
  const stdio = child.stdio as unknown as (Duplex | undefined)[] // declared with five
  const stream = (name: keyof typeof inheritedFds): Duplex => stdio[inheritedFds[name]]!
  const console = new MachineConsole({
    elapsedMs: () => performance.now() - poweredOnAt,
    send: (text) => stream('console').write(text),
    failure,
  })
  stream('console').on('data', (chunk: Buffer) => console.push(chunk))
  stream('console').on('error', () => {}) // QEMU ended
  const exec = new ExecChannel(stream('exec'))
  const qmp = new Qmp(stream('monitor'), ({ event, data, atMs }) => {
    if (event === 'VSERPORT_CHANGE' && data['id'] === 'exec' && data['open'] === false) exec.closed(atMs)
  })
  const machine = new Machine({
    child,
    console,
    exec,
    qmp,
    state: { ...state, qemu: processRef(child.pid!) },
  })
  try {
    await qmp.connect()
  } catch {
    throw qemuFailed(await machine.exited)
  }
  await writeState(machine.state)
  return machine
}

function qemuFailed({ errors }: { errors: string }): AfloatError {
  const port = /Could not set up host forwarding rule 'tcp:[\d.]*:(\d+)-/.exec(errors)?.[1]
  if (port !== undefined) return portTaken(Number(port), 'it is in use')
  return new AfloatError(
    'vm/qemu-failed',
    `Cannot start QEMU: ${errors.trim() || 'it ended without a message'}`,
  )
}
