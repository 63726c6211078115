import { Agent, get } from 'node:http'

export type LoadOptions = {
  readonly url: string
  readonly ratePerSecond: number
  /** A request without a whole answer by then has failed; counted from when it was due. Default 30 s. */
  readonly timeoutMs?: number
  /** Send all requests over a few lasting connections. Default false: a connection each. */
  readonly keepAlive?: boolean
}

/** What came of the requests. Times are in milliseconds, counted from when a request was due. */
export type LoadResult = {
  readonly total: number
  /** No connection, no whole answer, or a status other than 2xx. */
  readonly failed: number
  /** Number of failures by reason, as in { ECONNRESET: 3 }. */
  readonly reasons: Readonly<Record<string, number>>
  /** The longest time without a good answer. */
  readonly maxGapMs: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly maxMs: number
  readonly durationMs: number
}

export interface Load {
  /** How many requests have been answered well, and how many have failed, until now. */
  readonly soFar: { readonly answered: number; readonly failed: number }
  /** Sends no more, waits for what is under way, and tells. */
  stop(): Promise<LoadResult>
}

/**
 * Asks for a page again and again at a constant rate, whether or not earlier answers have come: a server that
 * stands still gets no less to do, and all who wait are counted.
 */
export function startLoad(options: LoadOptions): Load {
  const { url, ratePerSecond, timeoutMs = 30_000, keepAlive = false } = options
  const agent = new Agent({ keepAlive, ...(keepAlive ? { maxSockets: 8 } : {}) })
  const tally = new Tally(performance.now())
  const pending = new Set<Promise<void>>()
  let sent = 0
  const send = (): void => {
    const now = performance.now()
    // a timer that comes late sends all that are due
    for (; tally.startedAt + (sent * 1000) / ratePerSecond <= now; sent++) {
      const dueAt = tally.startedAt + (sent * 1000) / ratePerSecond
      const request = ask(url, agent, dueAt + timeoutMs).then((reason) => tally.add(dueAt, reason))
      pending.add(request)
      void request.finally(() => pending.delete(request))
    }
  }
  const timer = setInterval(send, 1000 / ratePerSecond / 2)
  send()
  return {
    get soFar() {
      return { answered: tally.answered, failed: tally.failed }
    },
    async stop() {
      clearInterval(timer)
      const endedAt = performance.now()
      await Promise.all(pending)
      agent.destroy()
      return tally.result(endedAt)
    },
  }
}

/** Resolves with undefined for a good answer, else with the reason. */
function ask(url: string, agent: Agent, endsAt: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const request = get(url, { agent }, (response) => {
      const { statusCode = 0 } = response
      response.on('data', () => {})
      response.on('error', (error: NodeJS.ErrnoException) => done(error.code ?? error.message))
      response.on('end', () =>
        done(statusCode >= 200 && statusCode < 300 ? undefined : `status ${statusCode}`),
      )
    })
    const deadline = setTimeout(() => {
      done('timeout')
      request.destroy()
    }, endsAt - performance.now())
    request.on('error', (error: NodeJS.ErrnoException) => done(error.code ?? error.message))
    const done = (reason: string | undefined): void => {
      clearTimeout(deadline)
      resolve(reason)
    }
  })
}

class Tally {
  readonly startedAt: number
  failed = 0
  readonly #reasons: Record<string, number> = {}
  readonly #latencies: number[] = []
  #lastGoodAt: number
  #maxGapMs = 0

  constructor(startedAt: number) {
    this.startedAt = startedAt
    this.#lastGoodAt = startedAt
  }

  get answered(): number {
    return this.#latencies.length
  }

  add(dueAt: number, reason: string | undefined): void {
    if (reason !== undefined) {
      this.failed++
      this.#reasons[reason] = (this.#reasons[reason] ?? 0) + 1
      return
    }
    const now = performance.now()
    this.#latencies.push(now - dueAt)
    this.#maxGapMs = Math.max(this.#maxGapMs, now - this.#lastGoodAt)
    this.#lastGoodAt = now
  }

  result(endedAt: number): LoadResult {
    const sorted = this.#latencies.toSorted((a, b) => a - b)
    // the nearest rank: a value that was measured
    const rank = (ratio: number): number => sorted[Math.max(0, Math.ceil(ratio * sorted.length) - 1)] ?? 0
    const round = (value: number): number => Math.round(value * 10) / 10
    return {
      total: this.answered + this.failed,
      failed: this.failed,
      reasons: this.#reasons,
      maxGapMs: round(Math.max(this.#maxGapMs, endedAt - this.#lastGoodAt)),
      p50Ms: round(rank(0.5)),
      p99Ms: round(rank(0.99)),
      maxMs: round(sorted.at(-1) ?? 0),
      durationMs: round(endedAt - this.startedAt),
    }
  }
}
