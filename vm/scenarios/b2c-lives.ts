import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { PipelineStatus, StageEvent } from '@afloat/boot2container'
import type { B2cMachine } from '../b2c-machine.ts'
import { hostAddress } from './b2c-faults.ts'

/** What a machine did from one reading of its arguments to the end of its pipeline. */
export type Life = {
  readonly status: PipelineStatus
  readonly stages: readonly StageEvent[]
  /** Of its console; what is not printed by containers begins with the time. */
  readonly lines: readonly string[]
  /** Codes of its warnings. */
  readonly warnings: readonly string[]
}

const over = /^\[\d+\.\d\d\]: Execution is over, pipeline status: \d+$/
const lifeMs = 120_000

/**
 * Gives one machine other arguments after each soft reboot: many things are tried in one boot. The machine waits for
 * them where it would fetch them.
 */
export class Lives {
  readonly #server: Server
  #asked = Promise.withResolvers<(text: string) => void>()
  #count = 0
  #linesSeen = 0
  #eventsSeen = 0

  private constructor() {
    this.#server = createServer((_, answer) => this.#asked.resolve((text) => answer.end(text)))
  }

  static async start(): Promise<Lives> {
    const lives = new Lives()
    await new Promise<void>((resolve) => lives.#server.listen(0, '127.0.0.1', resolve))
    return lives
  }

  /** For the command line of the machine. */
  get words(): string {
    const { port } = this.#server.address() as AddressInfo
    return `b2c.extra_args_url=http://${hostAddress}:${port}/`
  }

  /** Hands out words for the next life, which is followed by another one unless they say so, and waits for its end. */
  async next({ machine, report }: B2cMachine, words: readonly string[]): Promise<Life> {
    const hand = await machine.console.guard(this.#asked.promise)
    this.#asked = Promise.withResolvers()
    const isLast = words.some((word) => word.includes('b2c.on_finish='))
    hand([...words, ...(isLast ? [] : ['b2c.on_finish=soft-reboot'])].join('\n'))
    await machine.console.expect(over, { timeoutMs: lifeMs })
    const status = await report.waitForStatus({ number: ++this.#count })
    const unseen = (await report.lines()).slice(this.#eventsSeen)
    const events = unseen.slice(0, lengthOfLife(unseen))
    this.#eventsSeen += events.length
    const all = machine.console.lines()
    const lines = all.slice(this.#linesSeen).map(({ text }) => text)
    this.#linesSeen = all.length
    const stages = events.filter((event) => event.kind === 'Stage')
    const warnings = stages.flatMap(({ state, code = '' }) => (state === 'warned' ? [code] : []))
    return { status, stages, lines, warnings }
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }
}

/** The next life may have begun to report already: with how long the kernel took. */
function lengthOfLife(events: readonly (StageEvent | PipelineStatus)[]): number {
  const end = events.findIndex(({ kind }) => kind === 'PipelineStatus')
  const next = events.findIndex((event, at) => at > end && event.kind === 'Stage' && event.stage === 'kernel')
  return next < 0 ? events.length : next
}
