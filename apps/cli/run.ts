import { basename } from 'node:path'
import { ensureImage } from '@afloat/build/image'
import { ensureToolsTree } from '@afloat/build/tools-tree'
import { readVersion } from '@afloat/build/version'
import { AfloatError } from '@afloat/report'
import { type AccelChoice, chooseAccel } from '@afloat/vm/accel'
import { type ControlAnswer, type ControlRequest, serveControl } from '@afloat/vm/control'
import { type Machine, type MachineOptions, startMachine } from '@afloat/vm/machine'
import { checkPortsFree, type PortForward } from '@afloat/vm/ports'
import type { Registry } from '@afloat/vm/registry'
import { checkNameFree, forget } from '@afloat/vm/state'
import { Command, InvalidArgumentError, Option } from 'commander'
import { showBoot } from './boot-stages.ts'
import { compileFile } from './compile-file.ts'
import { formatReport } from './config-report.ts'
import { type ValueOptions, valueOptions } from './config-values.ts'
import { consoleSession } from './console-session.ts'
import { containerTroubles } from './container-troubles.ts'
import { localServer } from './example-fleet.ts'
import { offerImages } from './example-images.ts'
import { Interrupted, interruptible } from './interrupt.ts'
import { addPort, positive } from './machine-options.ts'
import { type Progress, progress } from './progress.ts'

type RunOptions = ValueOptions & {
  port?: PortForward[]
  memory: number
  cpus: number
  diskSize: string
  accel: AccelChoice
  console?: true
  name?: string
  filesDir?: string
  version: string
  keep?: true
}

const defaultDiskSize = '8G'

/** `afloat run`: a machine from a configuration file, on this computer. */
export function runCommand(): Command {
  return valueOptions(new Command('run'))
    .description('Boot a virtual machine with a configuration and wait until it is stopped with Ctrl-C')
    .argument('<config>', 'configuration of the machine (YAML, or Ignition JSON)')
    .option(
      '-p, --port <host:guest>',
      'port of this computer that leads to a port of the machine (repeatable)',
      addPort,
    )
    .option('--memory <MiB>', 'memory of the machine', positive, 2048)
    .option('--cpus <n>', 'processors of the machine', positive, 2)
    .option('--disk-size <size>', 'size of its disk', checkSize, defaultDiskSize)
    .addOption(new Option('--accel <how>', 'how to run it').choices(['auto', 'kvm', 'tcg']).default('auto'))
    .option('--console', "show the machine's console instead of progress")
    .option('--name <name>', 'name of the machine (default: name of the configuration file)')
    .option('-d, --files-dir <dir>', 'directory that local files of the configuration may be embedded from')
    .option('--version <version>', 'version of the operating system', readVersion())
    .option('--keep', 'keep the disk, for the next run with this name')
    .action(run)
}

/** Exit code 0 after Ctrl-C or power-off of a machine that was ready, 130 after Ctrl-C before, 1 on failure. */
async function run(config: string, options: RunOptions): Promise<void> {
  const name = options.name ?? nameOf(config)
  await checkPortsFree(options.port ?? [])
  await checkNameFree(name)
  const ignitionJson = compile(config, options)
  const session = new RunSession()
  try {
    await interruptible(
      () => bootAndWait(name, ignitionJson, options, session),
      () => session.end(options.keep === true),
    )
  } catch (error) {
    const asked = error instanceof Interrupted || session.isStopping
    await session.end(false)
    if (!asked) throw error
    console.error(session.isReady ? `Stopped machine "${name}"` : 'Stopped before the machine was ready')
    process.exitCode = session.isReady ? 0 : 130
  }
}

async function bootAndWait(
  name: string,
  ignitionJson: string,
  options: RunOptions,
  session: RunSession,
): Promise<void> {
  const show = session.progress
  const tools = await show.stage('Tools tree', () => ensureToolsTree())
  const accel = await show.stage('Accelerator', () => chooseAccel(options.accel, tools))
  if (accel.accel === 'tcg' && options.accel === 'auto')
    show.note(`  Software emulation, which is slow: ${accel.reason}`)
  const image = await ensureImage({ version: options.version, stage: show.stage })
  session.registry = await offerImages(tools, ignitionJson)
  const machine = await session.start({
    name,
    tools,
    disk: { base: image.diskPath, sizeBytes: parseSize(options.diskSize) },
    memoryMiB: options.memory,
    cpus: options.cpus,
    accel: accel.accel,
    ports: options.port ?? [],
    guestForwards: [localServer, ...(session.registry === undefined ? [] : [session.registry.guestForward])],
    fwCfg: { 'opt/com.coreos/config': ignitionJson },
    keep: options.keep ?? false,
  })
  const boot = showBoot(machine, options.console === undefined ? show : silent).catch((error: unknown) => {
    throw bootFailed(machine, error)
  })
  if (options.console !== undefined) await consoleSession(machine)
  const failed = await boot
  const troubles = await containerTroubles(machine)
  session.isReady = true
  console.error(describe(machine, options, failed, troubles).join('\n'))
  const { code, errors } = await machine.exited
  if (session.hasEnded) return
  await session.end(false)
  if (code !== 0)
    throw new AfloatError('run/machine-failed', `Machine "${name}" ended with an error: ${errors.trim()}`)
  console.error(`Machine "${name}" is switched off`)
}

/** What a run holds and has to give back, whatever way it ends. */
class RunSession {
  readonly progress = progress()
  registry: Registry | undefined
  isReady = false
  /** Somebody asked for the end of the machine. */
  isStopping = false
  hasEnded = false
  #machine: Machine | undefined
  #control: { close(): Promise<void> } | undefined

  async start(options: MachineOptions): Promise<Machine> {
    const machine = await startMachine(options)
    this.#machine = machine
    process.once('exit', () => forget(machine.state)) // after a second Ctrl-C nothing else gets a chance
    this.#control = await serveControl(machine.dir, (request) => this.#answer(machine, request))
    return machine
  }

  /** Ends everything; `gently` lets the guest write what it has to. May be called again. */
  async end(gently: boolean): Promise<void> {
    this.hasEnded = true
    this.progress.end()
    if (gently && this.#machine !== undefined) {
      console.error('Switching the machine off (Ctrl-C again to pull the plug)')
      await this.#machine.powerOff()
    }
    await this.#control?.close()
    this.#control = undefined
    await this.#machine?.remove()
    await this.registry?.stop()
    this.registry = undefined
  }

  async #answer(machine: Machine, request: ControlRequest): Promise<ControlAnswer> {
    if (request.kind === 'stop') {
      this.isStopping = true
      void machine.powerOff() // bootAndWait() goes on when it is off
      return { kind: 'stopping' }
    }
    const stdin = Buffer.from(request.stdin ?? '', 'base64')
    const result = await machine.execBytes(request.script, { stdin, timeoutMs: request.timeoutMs })
    const { code, stdout, stderr } = result
    return { kind: 'exec', code, stdout: stdout.toString('base64'), stderr: stderr.toString('base64') }
  }
}

const silent: Progress = { stage: (_, run) => run(), note: () => {}, end: () => {}, stages: [] }

function describe(
  machine: Machine,
  options: RunOptions,
  failed: readonly string[],
  troubles: readonly string[],
): string[] {
  const { name } = machine.state
  const lines = failed.length === 0 ? ['Ready.'] : [`Ready, but these units failed: ${failed.join(', ')}`]
  for (const trouble of troubles) lines.push(`  ${trouble}`)
  for (const { host, guest } of options.port ?? []) lines.push(`  Port ${guest}: http://127.0.0.1:${host}/`)
  lines.push(`  Log in: afloat ssh ${name}`, `  Console: ${machine.dir}/console.log`)
  lines.push(
    options.keep === true ? '  Ctrl-C switches it off and keeps its disk' : '  Ctrl-C stops and removes it',
  )
  return lines
}

/** The console says more than what was being waited for. */
function bootFailed({ state, console }: Machine, error: unknown): unknown {
  if (!(error instanceof AfloatError) || !error.code.startsWith('vm/console-')) return error
  const message = `Machine "${state.name}" did not boot. The end of its console:\n${console.tail()}`
  return new AfloatError('run/boot-failed', message, { cause: error })
}

function compile(path: string, options: RunOptions): string {
  const filesDir = options.filesDir === undefined ? {} : { filesDir: options.filesDir }
  const { ignitionJson, report, texts } = compileFile(path, { ...filesDir, values: options })
  process.stderr.write(formatReport(report, texts))
  if (ignitionJson !== undefined) return ignitionJson
  throw new AfloatError('run/bad-config', `Cannot use configuration "${path}": it has errors`)
}

function nameOf(config: string): string {
  const name = basename(config)
    .toLowerCase()
    .replace(/\.[^.]*$/, '')
  return (
    name
      .replace(/[^a-z0-9._-]+/g, '-')
      .replace(/^[^a-z0-9]+/, '')
      .slice(0, 63) || 'machine'
  )
}

function checkSize(text: string): string {
  parseSize(text)
  return text
}

/** Bytes; K, M, G and T are powers of 1024. */
function parseSize(text: string): number {
  const [, digits, unit] = /^(\d+)([KMGT])(?:iB)?$/.exec(text) ?? []
  if (digits === undefined) throw new InvalidArgumentError('Expected a number and K, M, G or T, such as 8G')
  return Number(digits) * 1024 ** ('KMGT'.indexOf(unit!) + 1)
}
