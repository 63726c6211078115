import { readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import type { PipelineStatus, StageEvent } from '@afloat/boot2container'
import { AfloatError } from '@afloat/report'

const pollMs = 50

/** What a machine has reported so far, read from the file that its port writes to. */
export class B2cReport {
  readonly #path: string
  readonly #exited: Promise<unknown>
  #isOver = false

  constructor(path: string, exited: Promise<unknown>) {
    this.#path = path
    this.#exited = exited
    void this.#exited.then(() => {
      this.#isOver = true
    })
  }

  /** All whole lines, in order. */
  async lines(): Promise<(StageEvent | PipelineStatus)[]> {
    const text = await readFile(this.#path, 'utf8')
    const whole = text.slice(0, text.lastIndexOf('\n') + 1)
    return whole
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as StageEvent | PipelineStatus)
  }

  async stages(): Promise<StageEvent[]> {
    return (await this.lines()).filter((line) => line.kind === 'Stage')
  }

  /** The last status, if one was reported. */
  async status(): Promise<PipelineStatus | undefined> {
    return (await this.#statuses()).at(-1)
  }

  /** Waits for an event of a stage; throws `vm/no-report` when the machine ends without or the time is over. */
  async waitForStage(
    stage: string,
    state: StageEvent['state'],
    options: { subject?: string; timeoutMs?: number } = {},
  ): Promise<StageEvent> {
    const matches = (event: StageEvent): boolean =>
      event.stage === stage &&
      event.state === state &&
      (options.subject === undefined || event.subject === options.subject)
    return await this.#wait(
      async () => (await this.stages()).find(matches),
      options.timeoutMs,
      `"${stage}" ${state}`,
    )
  }

  /** Waits for the status of the pipeline, likewise; of a machine that runs several, for that `number`, from 1. */
  async waitForStatus(options: { number?: number; timeoutMs?: number } = {}): Promise<PipelineStatus> {
    const { number = 1, timeoutMs } = options
    const look = async () => (await this.#statuses())[number - 1]
    return await this.#wait(look, timeoutMs, 'the status of the pipeline')
  }

  async #statuses(): Promise<PipelineStatus[]> {
    return (await this.lines()).filter((line) => line.kind === 'PipelineStatus')
  }

  async #wait<T>(look: () => Promise<T | undefined>, timeoutMs = 120_000, what: string): Promise<T> {
    const deadline = performance.now() + timeoutMs
    for (;;) {
      const wasOver = this.#isOver
      const found = await look()
      if (found !== undefined) return found
      if (wasOver) throw noReport(what, 'the machine ended before')
      if (performance.now() > deadline) throw noReport(what, `none within ${timeoutMs / 1000} s`)
      await sleep(pollMs)
    }
  }
}

function noReport(what: string, reason: string): AfloatError {
  return new AfloatError('vm/no-report', `Cannot read ${what} from the report of the machine: ${reason}`)
}
