import { type PipelineStatus, REPORT_PORT, type ReportSink, type StageEvent } from '@afloat/boot2container'
import { AfloatError } from '@afloat/report'
import type { Sys } from '../sys/sys.ts'
import { encodeUtf8 } from '../sys/utf8.ts'
import { postLines } from './post-lines.ts'

const lastWordsMs = 2_000

/** Where the lines of a report go. Everything is kept, so that a place that opens late gets all of it. */
export class ReportSinks {
  readonly #sys: Sys
  readonly #redact: (line: string) => string
  readonly #lines: string[] = []
  readonly #queues = new Map<string, Uint8Array>()
  #sinks: readonly ReportSink[] = []
  #files: string[] = []
  /** What the files on volumes have got as their last line. */
  #lastOfFiles: PipelineStatus | undefined

  constructor(sys: Sys, redact: (line: string) => string) {
    this.#sys = sys
    this.#redact = redact
  }

  add(event: StageEvent | PipelineStatus): void {
    const line = this.#lineOf(event)
    this.#lines.push(line)
    if (this.#hasConsole()) this.#sys.print(line.trimEnd())
    if (this.#lastOfFiles === undefined) for (const file of this.#files) this.#append(file, line)
    for (const port of this.#queues.keys()) this.#offer(port, line)
  }

  open(sinks: readonly ReportSink[], volumePath: (volume: string) => string | undefined): void {
    const hadConsole = this.#hasConsole()
    this.#sinks = sinks
    if (!hadConsole && this.#hasConsole()) for (const line of this.#lines) this.#sys.print(line.trimEnd())
    // A machine that is given the usual port wants the report there, whether its command line says so or not.
    for (const name of [
      REPORT_PORT,
      ...sinks.flatMap((sink) => (sink.kind === 'virtio' ? [sink.port] : [])),
    ]) {
      const port = findPort(this.#sys, name)
      if (port === undefined || this.#queues.has(port)) continue
      this.#queues.set(port, new Uint8Array())
      this.#offer(port, this.#lines.join(''))
    }
    for (const sink of sinks) {
      if (sink.kind !== 'volume') continue
      const home = volumePath(sink.volume)
      const file = home === undefined ? undefined : `${home}/${sink.path}`
      if (file === undefined || this.#files.includes(file)) continue
      this.#files.push(file)
      this.#append(file, this.#lines.join(''))
    }
  }

  /** The last line for volumes, before they are stored somewhere: what comes after it could not be stored with them. */
  endFiles(status: PipelineStatus): void {
    const line = this.#lineOf(status)
    for (const file of this.#files) this.#append(file, line)
    this.#lastOfFiles = status
  }

  /** The last line; then what could not be sent while things went on. What follows is another report. */
  end(status: PipelineStatus): void {
    // Volumes get it once more only where it has changed since.
    if (this.#lastOfFiles?.status !== status.status) this.#lastOfFiles = undefined
    this.add(status)
    this.#lastOfFiles = undefined
    const deadline = this.#sys.uptimeMs() + lastWordsMs
    for (const port of this.#queues.keys()) {
      while ((this.#queues.get(port)?.length ?? 0) > 0 && this.#sys.uptimeMs() < deadline) {
        this.#sys.sleepMs(20)
        this.#offer(port, '')
      }
    }
    for (const sink of this.#sinks) if (sink.kind === 'url') this.#post(sink.url)
    this.#lines.length = 0
  }

  /** Hides secrets in values, not in the line: one that is a number or the name of a key would leave no JSON. */
  #lineOf(event: StageEvent | PipelineStatus): string {
    const redacted = (_: string, value: unknown) => (typeof value === 'string' ? this.#redact(value) : value)
    return `${JSON.stringify(event, redacted)}\n`
  }

  #hasConsole(): boolean {
    return this.#sinks.some(({ kind }) => kind === 'console')
  }

  /** A place that fails is given up: the report is about the machine, which goes on. */
  #append(file: string, text: string): void {
    this.#orWarn(
      `write the report to "${file}"`,
      () => this.#sys.appendText(file, text),
      () => {
        this.#files = this.#files.filter((other) => other !== file)
      },
    )
  }

  #offer(port: string, text: string): void {
    const queue = concat(this.#queues.get(port) ?? new Uint8Array(), encodeUtf8(text))
    this.#queues.set(port, queue)
    const send = () => this.#queues.set(port, queue.slice(this.#sys.offer(port, queue)))
    this.#orWarn(`write the report to "${port}"`, send, () => this.#queues.delete(port))
  }

  #post(url: string): void {
    this.#orWarn('send the report', () => postLines(this.#sys, url, this.#lines.join('')))
  }

  #orWarn(action: string, run: () => void, giveUp = () => {}): void {
    try {
      run()
    } catch (error) {
      if (!(error instanceof AfloatError)) throw error
      giveUp()
      this.#sys.log(this.#redact(`afloat: WARNING: Cannot ${action}: ${error.message}`))
    }
  }
}

function findPort(sys: Sys, name: string): string | undefined {
  const ports = '/sys/class/virtio-ports'
  const id = sys.list(ports)?.find((port) => sys.readText(`${ports}/${port}/name`)?.trim() === name)
  return id === undefined ? undefined : `/dev/${id}`
}

function concat(a: Uint8Array, b: Uint8Array): Uint8Array {
  const joined = new Uint8Array(a.length + b.length)
  joined.set(a)
  joined.set(b, a.length)
  return joined
}
