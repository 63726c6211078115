import { existsSync, statSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { formatArgument, readContainer } from '@afloat/boot2container'
import type { Architecture } from '@afloat/build/architecture'
import { ensureB2cBase } from '@afloat/build/boot2container/base'
import { ensurePack, type PackName } from '@afloat/build/boot2container/packs'
import { checkSeeds, writeSeedPack } from '@afloat/build/boot2container/seed-pack'
import { ensureToolsTree } from '@afloat/build/tools-tree'
import { AfloatError } from '@afloat/report'
import { type AccelChoice, chooseAccel } from '@afloat/vm/accel'
import { type B2cMachine, startB2cMachine } from '@afloat/vm/b2c-machine'
import { createEmptyDisk, diskImage } from '@afloat/vm/disk'
import { checkPortsFree, type PortForward } from '@afloat/vm/ports'
import { Shares } from '@afloat/vm/shares'
import { forget } from '@afloat/vm/state'
import { Command, InvalidArgumentError, Option } from 'commander'
import { readPacks } from './b2c-packs.ts'
import { addText, archOption } from './b2c-parts-options.ts'
import { ContainerOutput } from './container-output.ts'
import { localServer } from './example-fleet.ts'
import { Interrupted, interruptible } from './interrupt.ts'
import { addPort, positive } from './machine-options.ts'
import { claimOutputDir } from './output-file.ts'
import { type Progress, progress } from './progress.ts'

type Share = { readonly host: string; readonly guest: string; readonly isReadOnly: boolean }

type RunOptions = {
  share?: Share[]
  port?: PortForward[]
  memory: number
  cpus: number
  disk?: string
  cmdline?: string[]
  with?: PackName[]
  accel: AccelChoice
  arch: Architecture
  console?: true
  quiet?: true
}

const diskSizeBytes = 16 * 1024 ** 3

/** `afloat b2c run`: a container in a virtual machine of its own, in one line. */
export function runCommand(): Command {
  return new Command('run')
    .description('Run a container in a virtual machine that has nothing else, and end with its exit code')
    .argument('<arguments...>', 'after --: arguments of podman, the image, its command')
    .option('--share <host:guest[:ro]>', 'folder of this computer for the container (repeatable)', addShare)
    .option(
      '-p, --port <host:guest>',
      'port of this computer that leads to the container (repeatable)',
      addPort,
    )
    .option('--memory <MiB>', 'memory of the machine', positive, 1024)
    .option('--cpus <n>', 'processors of the machine', positive, 2)
    .option('--disk <file>', 'disk that keeps images for the next run; made when it is not there')
    .option('--cmdline <words>', 'more for the kernel command line (repeatable)', addText)
    .option('--with <packs>', 'packs, by comma, as of "b2c build"', readPacks)
    .addOption(new Option('--accel <how>', 'how to run it').choices(['auto', 'kvm', 'tcg']).default('auto'))
    .addOption(archOption())
    .option('--console', 'show everything that the machine prints')
    .option('--quiet', 'show nothing but what the container prints')
    .action(run)
}

/** Exit code of the pipeline; 130 after Ctrl-C; 1 when the machine did not get that far. */
async function run(args: string[], options: RunOptions): Promise<void> {
  const session = new B2cSession()
  try {
    await interruptible(async () => {
      process.exitCode = await session.run(args, options)
    })
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error
    process.exitCode = 130
  } finally {
    await session.end()
  }
}

/** What a run holds and has to give back, whatever way it ends. */
class B2cSession {
  #work: string | undefined
  #shares: Shares | undefined
  #started: B2cMachine | undefined

  async run(args: readonly string[], options: RunOptions): Promise<number> {
    await checkPortsFree(options.port ?? [])
    const show = progress(options.quiet ? { write: () => {} } : process.stderr)
    const tools = await show.stage('Tools tree', () => ensureToolsTree())
    const { accel } = await show.stage('Accelerator', () => chooseAccel(options.accel, tools, options.arch))
    const base = await show.stage('Initramfs', () => ensureB2cBase(tools, options.arch))
    this.#work = await mkdtemp(join(tmpdir(), 'afloat-b2c-'))
    const packs: string[] = []
    for (const name of options.with ?? [])
      packs.push(await show.stage(`Pack ${name}`, () => ensurePack(base, name)))
    const container = await this.#seed(args, packs)
    const shares = options.share ?? []
    this.#shares = await Shares.start(
      tools,
      shares.map(({ host }) => host),
    )
    if (shares.length > 0) {
      packs.push(join(this.#work, 'shares'))
      await this.#shares.writeArchive(packs.at(-1)!)
    }
    const mounts = shares.flatMap(({ guest, isReadOnly }, index) => [
      '-v',
      `/share/${index}:${guest}${isReadOnly ? ':ro' : ''}`,
    ])
    this.#started = await startB2cMachine({
      name: `b2c-${process.pid}`,
      tools,
      accel,
      kernel: base.kernel,
      architecture: options.arch,
      archives: [base.initramfs, ...packs],
      cmdline: cmdlineOf([...mounts, ...container.args], container.isSeeded, options),
      work: this.#work,
      memoryMiB: options.memory,
      cpus: options.cpus,
      ports: options.port ?? [],
      guestForwards: [localServer],
      extraDisks: options.disk === undefined ? [] : [await openDisk(resolve(options.disk))],
      onReboot: 'stop',
      extra: this.#shares.qemuArgs(options.memory),
    })
    process.once('exit', () => this.#started && forget(this.#started.machine.state))
    return await this.#follow(this.#started, options, show)
  }

  async end(): Promise<void> {
    await this.#started?.machine.remove()
    await this.#shares?.stop()
    if (this.#work !== undefined) await rm(this.#work, { recursive: true, force: true })
  }

  /** An image that is a file comes along with the machine. */
  async #seed(args: readonly string[], packs: string[]): Promise<{ args: string[]; isSeeded: boolean }> {
    const { image, length } = readContainer(args)
    if (image === undefined || !isFileName(image)) return { args: [...args], isSeeded: false }
    const [name] = checkSeeds([image])
    const seed = join(this.#work!, 'seed')
    await writeSeedPack([image], seed)
    packs.push(seed)
    const at = args.indexOf(image, length)
    return { args: args.map((word, index) => (index === at ? name! : word)), isSeeded: true }
  }

  async #follow({ machine, report }: B2cMachine, options: RunOptions, show: Progress): Promise<number> {
    const output = new ContainerOutput((bytes) => process.stdout.write(bytes))
    machine.console.listen((chunk) => {
      if (options.console) process.stdout.write(chunk)
      else output.push(chunk)
    })
    await machine.exited
    show.end()
    const status = await report.status()
    if (status === undefined) throw noStatus(machine.console.tail())
    if (status.status !== 0 && status.message !== undefined && !options.quiet)
      console.error(`error: ${status.message}${status.failedBy ? ` (${status.failedBy})` : ''}`)
    return status.status
  }
}

function cmdlineOf(args: readonly string[], isSeeded: boolean, options: RunOptions): string[] {
  const container = args.map(formatArgument).join(' ')
  return [
    ...(options.disk === undefined ? [] : ['b2c.cache_device=auto']),
    ...(isSeeded || options.disk !== undefined ? ['b2c.pull=missing'] : []),
    `b2c.run="${container}"`,
    ...(options.cmdline ?? []),
  ]
}

/** No name of an image in a registry begins or ends like that. */
function isFileName(image: string): boolean {
  return /^\.{0,2}\/|\.tar$/.test(image)
}

async function openDisk(path: string) {
  if (existsSync(path)) return await diskImage(path)
  await claimOutputDir(dirname(path), 'Name a file in a folder that you may write to with --disk')
  return await createEmptyDisk(path, diskSizeBytes)
}

function noStatus(tail: string): AfloatError {
  return new AfloatError(
    'b2c/no-status',
    `Machine ended without a status. The end of its console:\n${tail}`,
    { hint: 'Run it again with --console' },
  )
}

function addShare(text: string, before: Share[] = []): Share[] {
  const [, host, guest, mode] = /^(.+?):(\/[^:]*)(?::(ro|rw))?$/.exec(text) ?? []
  if (host === undefined || guest === undefined)
    throw new InvalidArgumentError('Expected HOST:GUEST or HOST:GUEST:ro, such as .:/work')
  const path = resolve(host)
  if (!existsSync(path) || !statSync(path).isDirectory())
    throw new InvalidArgumentError(`There is no folder "${path}"`)
  return [...before, { host: path, guest, isReadOnly: mode === 'ro' }]
}
