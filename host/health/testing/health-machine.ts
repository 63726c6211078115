import { hashA, hashB, slotMachine, testUki } from '../../slots/test-machine.ts'
import { type Trial, writeTrial } from '../../softreboot/trial.ts'
import type { FakeSys } from '../../sys/fake-sys.ts'

/** For tests: what the machine does. Change it, also from within programs. */
export type World = {
  readonly sys: FakeSys
  /** ActiveState of boot-complete.target. */
  boot: string
  /** Units that have failed. */
  failed: string[]
  /** Properties of web.service that are not as of one that is well. */
  web: Record<string, string>
  /** What http://127.0.0.1/ answers. */
  status: number
  softReboots: number
  /** Whether PID 1 answers. */
  isAwake: boolean
  /** Whether PID 1 takes orders and does nothing about them. */
  isStuck: boolean
  /** The slot that PID 1 has at /usr. */
  usr: 'a' | 'b'
  /** What was ordered of systemd, and what was written to sysrq-trigger. */
  readonly orders: string[]
}

/** For tests: the trial of 1.1.0, in slot B, on a machine that ran 1.0.0. */
export const trial: Trial = {
  version: '1.1.0',
  rootHash: hashB,
  slot: 'b',
  from: { version: '1.0.0', rootHash: hashA, slot: 'a' },
  action: 'soft-reboot',
  startedAtMs: 0,
  settleSec: 60,
}

/** For tests: that trial in the history. */
export const life = {
  id: 'b00t1d-1',
  bootId: 'b00t1d',
  softReboots: 1,
  version: '1.1.0',
  slot: 'b',
  rootHash: hashB,
  cause: 'soft-reboot',
  startedAtMs: 0,
  survivors: [],
} as const

const config = { settleSec: 60, health: [{ unit: 'web.service', url: 'http://127.0.0.1/' }] }

/**
 * For tests: a machine in which all is well, that runs `runs`, with 1.0.0 in slot A and good, 1.1.0 in slot B and
 * staged. PID 1 switches the moment it is told to.
 */
export function healthMachine(options: { runs?: 'a' | 'b'; trial?: Partial<Trial> | 'none' } = {}): World {
  const sys = slotMachine({ slotB: hashB })
  const world: World = {
    sys,
    boot: 'active',
    failed: [],
    web: {},
    status: 200,
    softReboots: 0,
    isAwake: true,
    isStuck: false,
    usr: options.runs ?? 'a',
    orders: [],
  }
  sys.addFile('/esp/EFI/Linux/afloat_1.1.0+3.efi', testUki(hashB))
  sys.addFile('/etc/afloat/update.json', JSON.stringify(config))
  sys.addFile('/proc/sys/kernel/random/boot_id', 'b00t-1d\n')
  sys.addFile('/proc/sys/kernel/panic', '10\n')
  sys.addFile('/proc/cmdline', 'panic=10 quiet')
  sys.addFile('/proc/sysrq-trigger', '')
  sys.makeDirs('/var/lib/afloat')
  sys.makeDirs('/proc/1')
  sys.symlink('/', '/proc/1/root')
  addSlotB(sys)
  if (options.runs === 'b') {
    const mounts = sys.readText('/proc/self/mountinfo') ?? ''
    sys.addFile('/proc/self/mountinfo', mounts.replace('253:0 / /usr', '253:1 / /usr'))
    sys.addFile('/usr/lib/os-release', 'IMAGE_VERSION=1.1.0\n')
  }
  setUsr(world, world.usr)
  addPrograms(world)
  if (options.trial !== 'none') writeTrial(sys, { ...trial, ...options.trial })
  return world
}

/** What PID 1 has mounted; its own processes see the same until it switches. */
export function setUsr(world: World, slot: 'a' | 'b'): void {
  world.usr = slot
  world.sys.addFile('/proc/1/mountinfo', `34 33 253:${slot === 'a' ? 0 : 1} / /usr ro - erofs x ro\n`)
}

/** dm-verity for slot B is open. */
function addSlotB(sys: FakeSys): void {
  sys.mustRun([
    'dmsetup',
    'create',
    'usr-b',
    '--table',
    `0 8 verity 1 254:4 254:5 4096 4096 1 1 sha256 ${hashB} 00`,
  ])
}

function addPrograms(world: World): void {
  const { sys } = world
  sys.addProgram('systemctl', (args) => systemctl(world, args))
  sys.addProgram('curl', () => ({ stdout: String(world.status) }))
  sys.addProgram('journalctl', () => ({ stdout: 'hello\nno oars\u0007 on board\n' }))
  sys.addProgram('getfattr')
  // The machine notices the switch that is due as soon as the guard is ready.
  sys.addProgram('systemd-notify', () => {
    world.orders.push('ready')
    setUsr(world, 'b')
    return {}
  })
  const writeFile = sys.writeFile.bind(sys)
  sys.writeFile = (path, data, options) => {
    if (path === '/proc/sysrq-trigger') world.orders.push(`sysrq ${String(data)}`)
    writeFile(path, data, options)
  }
  sys.addProgram('sync', (args) => {
    if (args.length === 0) world.orders.push('sync')
    return {}
  })
  sys.addProgram('cp')
  addMounting(sys)
}

function addMounting(sys: FakeSys): void {
  sys.addProgram('mount', (args) => {
    const target = args.at(-1) ?? ''
    if (args.includes('erofs')) sys.addFile(`${target}/lib/systemd/systemd`, 'elf')
    if (!args.includes('vfat')) return {}
    sys.remove(target)
    sys.symlink('/esp', target)
    return {}
  })
}

function systemctl(world: World, args: readonly string[]) {
  const { sys, orders } = world
  if (!world.isAwake) return { code: 1, stderr: 'Connection refused\n' }
  if (args.includes('--property=SoftRebootsCount')) return { stdout: `${world.softReboots}\n` }
  if (args.includes('boot-complete.target')) return { stdout: show(world) }
  if (args[0] === 'list-units')
    return { stdout: world.failed.map((unit) => `${unit} loaded failed\n`).join('') }
  if (args[0] === 'list-jobs' || args[0] === 'show') return { stdout: '' }
  const order = args.filter((word) => !word.startsWith('-')).join(' ')
  orders.push(order)
  if (!world.isStuck && order === 'start soft-reboot.target' && sys.exists('/run/nextroot')) {
    setUsr(world, world.usr === 'a' ? 'b' : 'a')
  }
  return {}
}

function show({ boot, web }: World): string {
  const target = { Id: 'boot-complete.target', LoadState: 'loaded', ActiveState: boot, SubState: 'x' }
  const well = { LoadState: 'loaded', ActiveState: 'active', SubState: 'running', Result: 'success' }
  const unit = { Id: 'web.service', ...well, MainPID: '100', NRestarts: '0', ...web }
  return [target, unit]
    .map((properties) =>
      Object.entries(properties)
        .map(([key, value]) => `${key}=${value}\n`)
        .join(''),
    )
    .join('\n')
}
