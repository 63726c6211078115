import type { Duplex } from 'node:stream'
import { AfloatError } from '@afloat/report'

export type QmpEvent = {
  readonly event: string
  readonly data: Readonly<Record<string, unknown>>
  /** Unix time, milliseconds. */
  readonly atMs: number
}

/** A client of QEMU's machine protocol over a connected stream. Source: qemu-qmp-ref(7). */
export class Qmp {
  readonly #stream: Duplex
  readonly #waiting = new Map<number, PromiseWithResolvers<unknown>>()
  readonly #onEvent: (event: QmpEvent) => void
  #nextId = 1
  #rest = ''

  constructor(stream: Duplex, onEvent: (event: QmpEvent) => void) {
    this.#stream = stream
    this.#onEvent = onEvent
    stream.on('data', (chunk: Buffer) => this.#push(chunk))
    stream.on('error', () => {}) // QEMU ended; its exit code tells more
    stream.on('close', () => this.#end())
  }

  /** Leaves the negotiation mode that every session begins in; throws when QEMU ends before it answers. */
  async connect(): Promise<void> {
    await this.execute('qmp_capabilities')
  }

  /** Runs one command and returns its result; throws `vm/qmp-failed`. */
  execute(command: string, args: Record<string, unknown> = {}): Promise<unknown> {
    const id = this.#nextId++
    const answer = Promise.withResolvers<unknown>()
    this.#waiting.set(id, answer)
    if (this.#stream.destroyed) this.#end()
    else this.#stream.write(`${JSON.stringify({ execute: command, arguments: args, id })}\n`)
    return answer.promise
  }

  #push(chunk: Buffer): void {
    const lines = (this.#rest + chunk.toString('utf8')).split('\n')
    this.#rest = lines.pop()!
    for (const line of lines) if (line.trim() !== '') this.#take(JSON.parse(line))
  }

  #take(message: {
    id?: number
    return?: unknown
    error?: { desc: string }
    event?: string
    data?: Record<string, unknown>
    timestamp?: { seconds: number; microseconds: number }
  }): void {
    if (message.event !== undefined && message.timestamp !== undefined) {
      const atMs = message.timestamp.seconds * 1000 + message.timestamp.microseconds / 1000
      this.#onEvent({ event: message.event, data: message.data ?? {}, atMs })
    }
    const answer = message.id === undefined ? undefined : this.#waiting.get(message.id)
    if (answer === undefined) return
    this.#waiting.delete(message.id!)
    if (message.error !== undefined) answer.reject(failed(message.error.desc))
    else answer.resolve(message.return)
  }

  #end(): void {
    for (const answer of this.#waiting.values()) answer.reject(failed('QEMU ended'))
    this.#waiting.clear()
  }
}

function failed(reason: string): AfloatError {
  return new AfloatError('vm/qmp-failed', `QEMU refused a command: ${reason}`)
}
