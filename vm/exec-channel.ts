import { randomUUID } from 'node:crypto'
import type { Duplex } from 'node:stream'
import { AfloatError } from '@afloat/report'
import { type AgentFrame, FrameReader, formatRequest } from './exec-frames.ts'

export type ExecOptions = {
  /** Until the answer is there; waiting for the guest's agent included. */
  readonly timeoutMs?: number
  readonly stdin?: string | Uint8Array
  /** Return as soon as the command was started; for commands that end the agent, such as a reboot. */
  readonly detach?: boolean
}

export type ExecBytes = { readonly code: number; readonly stdout: Buffer; readonly stderr: Buffer }

type Pending = {
  readonly id: string
  startedAt: number | undefined
  resend(): void
  done(answer: ExecBytes): void
  failed(error: AfloatError): void
}

const defaultTimeoutMs = 60_000
const writeChunk = 65_536

/**
 * Runs commands in a guest through its agent on a virtio-serial port.
 *
 * Several may run at once. A request that the agent had not started when the guest restarted is sent again to
 * the next agent; one that had been started is given up with `vm/exec-interrupted`, as nobody knows how far it got.
 */
export class ExecChannel {
  readonly #port: Duplex
  readonly #reader = new FrameReader()
  readonly #pending = new Map<string, Pending>()
  #session: string | undefined
  #greeted = Promise.withResolvers<void>()
  #writing: Promise<void> = Promise.resolve()
  #ended: AfloatError | undefined

  constructor(port: Duplex) {
    this.#port = port
    port.on('data', (chunk: Buffer) => {
      for (const frame of this.#reader.push(chunk)) this.#take(frame)
    })
    port.on('error', () => {}) // the end of the machine is reported by end()
    this.#greeted.promise.catch(() => {})
  }

  /** Waits for the guest's agent; throws `vm/exec-timeout` or `vm/machine-exited`. */
  async ready(timeoutMs = 180_000): Promise<void> {
    const late = (): AfloatError =>
      new AfloatError(
        'vm/exec-timeout',
        `Command agent of the guest did not answer within ${timeoutMs / 1000} s`,
        {
          hint: 'Look at the console log; the image needs systemd 256 or later and the virtio_console driver',
        },
      )
    await withDeadline(this.#greeted.promise, timeoutMs, late)
  }

  async run(script: string, options: ExecOptions = {}): Promise<ExecBytes> {
    const timeoutMs = options.timeoutMs ?? defaultTimeoutMs
    const deadline = Date.now() + timeoutMs
    await this.ready(timeoutMs)
    if (this.#ended !== undefined) throw this.#ended
    const id = randomUUID()
    const answer = Promise.withResolvers<ExecBytes>()
    const request = {
      id,
      script,
      stdin:
        typeof options.stdin === 'string' ? Buffer.from(options.stdin) : (options.stdin ?? Buffer.alloc(0)),
      detach: options.detach ?? false,
      limitSeconds: timeoutMs / 1000,
    }
    const pending: Pending = {
      id,
      startedAt: undefined,
      resend: () => {
        const session = this.#session!
        this.#write(() => formatRequest({ ...request, session }), session)
      },
      done: answer.resolve,
      failed: answer.reject,
    }
    this.#pending.set(id, pending)
    pending.resend()
    const late = (): AfloatError =>
      new AfloatError(
        'vm/exec-timeout',
        `Command in the guest took more than ${timeoutMs / 1000} s: ${script}`,
      )
    try {
      return await withDeadline(answer.promise, deadline - Date.now(), late)
    } finally {
      this.#pending.delete(id)
    }
  }

  /** The guest closed the port at `atMs` (Unix time): what had been started before will not answer any more. */
  closed(atMs: number): void {
    const lost = [...this.#pending.values()].filter(
      ({ startedAt }) => startedAt !== undefined && startedAt <= atMs,
    )
    // an answer written just before may still be on its way through the other socket
    setTimeout(() => {
      for (const pending of lost) pending.failed(interrupted())
    }, 500).unref()
  }

  /** The machine is gone: everything fails with `error`. */
  end(error: AfloatError): void {
    this.#ended = error
    this.#greeted.reject(error)
    for (const pending of this.#pending.values()) pending.failed(error)
  }

  #take(frame: AgentFrame): void {
    if (frame.kind === 'hello') {
      this.#greet(frame.session)
      return
    }
    const pending = this.#pending.get(frame.id)
    if (pending === undefined) return
    if (frame.kind === 'started') pending.startedAt = Date.now()
    else pending.done(frame)
  }

  #greet(session: string): void {
    this.#session = session
    this.#greeted.resolve()
    for (const pending of this.#pending.values()) {
      if (pending.startedAt === undefined) pending.resend()
      else pending.failed(interrupted())
    }
  }

  /** Writes one request after the others; stops half way when another agent took over, which skips the stump. */
  #write(make: () => string, session: string): void {
    this.#writing = this.#writing.then(async () => {
      const bytes = Buffer.from(make(), 'latin1')
      for (let at = 0; at < bytes.length && this.#session === session; at += writeChunk) {
        const fits = this.#port.write(bytes.subarray(at, at + writeChunk))
        if (!fits) await drained(this.#port)
        if (this.#port.destroyed) return
      }
      if (this.#session !== session) this.#port.write('\n')
    })
    this.#writing = this.#writing.catch(() => {}) // an error of the port means that the machine ended
  }
}

function interrupted(): AfloatError {
  return new AfloatError('vm/exec-interrupted', 'Guest restarted while the command ran', {
    hint: 'Use the option "detach" for a command that ends the session',
  })
}

function drained(port: Duplex): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      port.off('drain', done).off('close', done)
      resolve()
    }
    port.on('drain', done).on('close', done)
  })
}

async function withDeadline<T>(promise: Promise<T>, timeoutMs: number, late: () => AfloatError): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const expired = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(late()), Math.max(0, timeoutMs))
  })
  try {
    return await Promise.race([promise, expired])
  } finally {
    clearTimeout(timer)
  }
}
