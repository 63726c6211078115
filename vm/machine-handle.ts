import type { ChildProcess } from 'node:child_process'
import { open, stat, writeFile } from 'node:fs/promises'
import { AfloatError } from '@afloat/report'
import type { MachineConsole } from './console.ts'
import type { ExecBytes, ExecChannel, ExecOptions } from './exec-channel.ts'
import type { Qmp } from './qmp.ts'
import { quote } from './quote.ts'
import { forget, type MachineState } from './state.ts'

export type ExecResult = { readonly code: number; readonly stdout: string; readonly stderr: string }

export type MachineExit = {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  /** What QEMU wrote to its standard error. */
  readonly errors: string
}

const pressAgainMs = 5000
const copyChunkBytes = 8 * 1024 * 1024

/** A running virtual machine; made by startMachine(). */
export class Machine implements AsyncDisposable {
  readonly state: MachineState
  readonly console: MachineConsole
  /** Resolves when QEMU has ended, for whatever reason; never rejects. */
  readonly exited: Promise<MachineExit>
  readonly #child: ChildProcess
  readonly #exec: ExecChannel
  readonly #qmp: Qmp
  #isOver = false

  constructor(parts: {
    child: ChildProcess
    console: MachineConsole
    exec: ExecChannel
    qmp: Qmp
    state: MachineState
  }) {
    this.state = parts.state
    this.console = parts.console
    this.#child = parts.child
    this.#exec = parts.exec
    this.#qmp = parts.qmp
    this.exited = this.#watch()
  }

  /** Process id of QEMU. */
  get pid(): number {
    return this.#child.pid!
  }

  /** Port on 127.0.0.1 that leads to sshd. */
  get sshPort(): number | undefined {
    return this.state.sshPort
  }

  get dir(): string {
    return this.state.dir
  }

  /** Waits until commands can be run; throws `vm/exec-timeout` or `vm/machine-exited`. */
  async waitForExec(options: { timeoutMs?: number } = {}): Promise<void> {
    await this.console.guard(this.#exec.ready(options.timeoutMs))
  }

  /**
   * Runs a shell script in the guest as root and returns what it printed, whatever its exit code.
   * Waits for the guest to be far enough. Throws `vm/exec-timeout` (default 60 s), `vm/exec-interrupted`,
   * `vm/machine-exited`.
   */
  async exec(script: string, options: ExecOptions = {}): Promise<ExecResult> {
    const { code, stdout, stderr } = await this.execBytes(script, options)
    return { code, stdout: stdout.toString('utf8'), stderr: stderr.toString('utf8') }
  }

  /** Like exec(), for output that is no text. */
  async execBytes(script: string, options: ExecOptions = {}): Promise<ExecBytes> {
    return await this.console.guard(this.#exec.run(script, options))
  }

  /** Like exec(), but returns only the output without its last line end, and throws `vm/exec-failed` unless it exits with 0. */
  async sh(script: string, options: ExecOptions = {}): Promise<string> {
    const { code, stdout, stderr } = await this.exec(script, options)
    if (code === 0) return stdout.replace(/\n$/, '')
    throw new AfloatError(
      'vm/exec-failed',
      `Command in the guest failed with exit code ${code}: ${script}\n${stdout}${stderr}`.trimEnd(),
    )
  }

  /** Copies a file, or bytes, to a path in the guest, by way of a temporary name beside it. */
  async copyIn(source: string | Uint8Array, guestPath: string, mode = 0o644): Promise<void> {
    const target = quote(guestPath)
    const partial = quote(`${guestPath}.copying`)
    await this.sh(`mkdir -p "$(dirname ${target})" && : >${partial} && chmod ${mode.toString(8)} ${partial}`)
    for await (const chunk of chunksOf(source)) {
      await this.sh(`cat >>${partial}`, { stdin: chunk, timeoutMs: 300_000 })
    }
    await this.sh(`mv ${partial} ${target}`)
  }

  /** Copies a file of the guest to a path here; throws `vm/exec-failed` when there is none. */
  async copyOut(guestPath: string, path: string): Promise<void> {
    const source = quote(guestPath)
    const size = Number(await this.sh(`stat -L -c %s ${source}`))
    await writeFile(path, '')
    const file = await open(path, 'a')
    try {
      for (let at = 0; at < size; at += copyChunkBytes) {
        const script = `tail -c +${at + 1} ${source} | head -c ${copyChunkBytes}`
        await file.write((await this.execBytes(script, { timeoutMs: 300_000 })).stdout)
      }
    } finally {
      await file.close()
    }
  }

  /**
   * Presses the power button and waits; pulls the plug when the guest is not off after `timeoutMs` (default 90 s).
   * Presses again now and then: a guest that has just started may not listen yet.
   */
  async powerOff(options: { timeoutMs?: number } = {}): Promise<'clean' | 'forced'> {
    const press = (): Promise<unknown> => this.#qmp.execute('system_powerdown').catch(() => {}) // it is ending
    const again = setInterval(press, pressAgainMs)
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), options.timeoutMs ?? 90_000)
    await press()
    const { code } = await this.exited
    clearInterval(again)
    clearTimeout(timer)
    return code === 0 ? 'clean' : 'forced'
  }

  /** Pulls the plug: nothing the guest had not yet written reaches its disk. */
  async cutPower(): Promise<void> {
    this.#child.kill('SIGKILL')
    await this.exited
  }

  /** Presses the reset button. */
  async reset(): Promise<void> {
    await this.#qmp.execute('system_reset')
  }

  /** QEMU's word for the state of the machine: "running", "paused", "shutdown" and others. */
  async status(): Promise<string> {
    return ((await this.#qmp.execute('query-status')) as { status: string }).status
  }

  /** Runs a command of QEMU's machine protocol. */
  async qmp(command: string, args: Record<string, unknown> = {}): Promise<unknown> {
    return await this.#qmp.execute(command, args)
  }

  /** Stops QEMU at once if it still runs, and removes the machine's folder, or what is not to be kept in it. */
  async remove(): Promise<void> {
    if (!this.#isOver) await this.cutPower()
    forget(this.state)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.remove()
  }

  #watch(): Promise<MachineExit> {
    let errors = ''
    this.#child.stderr!.on('data', (chunk: Buffer) => {
      errors = `${errors}${chunk}`.slice(-16_384)
    })
    return new Promise((resolve) => {
      this.#child.on('error', (error) => {
        errors += error.message
      })
      this.#child.on('close', (code, signal) => {
        this.#isOver = true
        const how = describeExit(code, signal, errors)
        this.console.end(how)
        this.#exec.end(new AfloatError('vm/machine-exited', `Machine ended: ${how}`))
        resolve({ code, signal, errors })
      })
    })
  }
}

function describeExit(code: number | null, signal: NodeJS.Signals | null, errors: string): string {
  if (code === 0) return 'power off'
  const how = signal === null ? `failed with exit code ${code}` : `was killed by ${signal}`
  return `QEMU ${how}${errors.trim() === '' ? '' : `: ${errors.trim()}`}`
}

async function* chunksOf(source: string | Uint8Array): AsyncGenerator<Uint8Array> {
  if (typeof source !== 'string') {
    for (let at = 0; at < source.length; at += copyChunkBytes) yield source.subarray(at, at + copyChunkBytes)
    return
  }
  const { size } = await stat(source)
  const file = await open(source)
  try {
    for (let at = 0; at < size; at += copyChunkBytes) {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(copyChunkBytes), 0, copyChunkBytes, at)
      yield buffer.subarray(0, bytesRead)
    }
  } finally {
    await file.close()
  }
}
