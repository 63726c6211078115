import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { repoDir } from '@afloat/build/paths'
import { ensureRelease } from '@afloat/build/release'
import { AfloatError } from '@afloat/report'
import type { DemoFacts } from './demo-facts.ts'
import { type ContainerName, ExampleMachine } from './example-machine.ts'
import { readStatus } from './follow-update.ts'
import { holdsSlot } from './holds-slot.ts'
import type { Progress } from './progress.ts'

const installed = '1.0.0'
const next = { version: '1.1.0' }
const broken = { version: '1.2.0', overlay: join(repoDir, 'examples/broken-release') }
const answerTimeoutMs = 300_000

/** The demo: a machine, its updates, and what somebody outside sees of them. */
export class DemoStory {
  readonly #show: Progress
  readonly #facts: DemoFacts
  readonly #example: ExampleMachine

  constructor(show: Progress, facts: DemoFacts) {
    this.#show = show
    this.#facts = facts
    this.#example = new ExampleMachine(show)
  }

  /** Throws at the first thing that is not as claimed. */
  async tell(signal: AbortSignal): Promise<void> {
    const { note, stage } = this.#show
    note(`Build Afloat ${installed} and the releases that will follow`)
    for (const variant of [next, broken]) await ensureRelease({ ...variant, stage })
    note(`Boot ${installed} with a container that is to survive and one that is not`)
    this.#facts.vm = { accel: await this.#example.boot('demo', installed) }
    await stage('First answers', async () => {
      await this.#assertPage('web', signal)
      await this.#assertPage('ordinary', signal)
    })
    await this.#replace()
    await this.#goBack()
    await this.#rebootFully(signal)
  }

  /** Gives everything back, whatever way the demo ends. May be called again. */
  async release(): Promise<void> {
    await this.#example.release()
  }

  /** 1.0.0 -> 1.1.0 */
  async #replace(): Promise<void> {
    const { stage, note } = this.#show
    note(`Publish ${next.version} while both containers are asked for their page at a constant rate`)
    const pidBefore = await this.#pid()
    const loads = { web: this.#example.startLoad('web'), ordinary: this.#example.startLoad('ordinary') }
    const outcome = await this.#example.update(next)
    expect(outcome.outcome === 'good', `the update failed: ${outcome.reason}`)
    await this.#example.waitForAnswers(loads.ordinary)
    const [web, ordinary] = await Promise.all([loads.web.stop(), loads.ordinary.stop()])
    const { running } = await readStatus(this.#example.machine)
    const pidAfter = await this.#pid()
    const awaySeconds = toSeconds(ordinary.maxGapMs)
    const facts = Object.assign(this.#facts, {
      from: outcome.from,
      to: running.version,
      action: outcome.action ?? 'unknown',
      survivors: [{ name: 'web', pidBefore, pidAfter }],
      ordinary: [{ name: 'ordinary', downSeconds: awaySeconds }],
      requests: { total: web.total, failed: web.failed, maxGapMs: web.maxGapMs, p99Ms: web.p99Ms },
      softRebootSeconds: awaySeconds,
      oldSlotFree: await stage('Old slot', async () => !(await holdsSlot(this.#example.machine))),
    })
    expect(facts.to === next.version, `the machine runs ${facts.to}`)
    expect(facts.action === 'soft-reboot', `it took a ${facts.action}`)
    expect(pidBefore === pidAfter && pidBefore > 1, `"web" was process ${pidBefore} and is ${pidAfter}`)
    expect(web.failed === 0, `${web.failed} of ${web.total} requests failed: ${JSON.stringify(web.reasons)}`)
    expect(ordinary.failed > 0, '"ordinary" was not stopped, so nothing was replaced')
    expect(facts.oldSlotFree, `the slot of ${facts.from} is still in use`)
  }

  /** 1.1.0 -> 1.2.0, which is broken -> 1.1.0 */
  async #goBack(): Promise<void> {
    this.#show.note(`Publish ${broken.version}, which is broken on purpose`)
    const pidBefore = await this.#pid()
    const load = this.#example.startLoad('web')
    const outcome = await this.#example.update(broken)
    const web = await load.stop()
    const { running } = await readStatus(this.#example.machine)
    const pidAfter = await this.#pid()
    this.#facts.rollback = {
      to: running.version,
      reason: outcome.reason ?? '',
      requestsFailed: web.failed,
    }
    expect(outcome.outcome === 'failed', 'the broken release was taken for good')
    expect(running.version === next.version, `the machine runs ${running.version}`)
    expect(web.failed === 0, `${web.failed} of ${web.total} requests failed: ${JSON.stringify(web.reasons)}`)
    expect(pidBefore === pidAfter, `"web" was process ${pidBefore} and is ${pidAfter}`)
  }

  /** For comparison: the same machine, the same containers. */
  async #rebootFully(signal: AbortSignal): Promise<void> {
    const { stage, note } = this.#show
    note('Reboot it fully, for comparison')
    const load = this.#example.startLoad('ordinary')
    await this.#example.waitForAnswers(load, signal)
    await stage('Full reboot', () => this.#example.reboot(load, signal))
    this.#facts.fullRebootSeconds = toSeconds((await load.stop()).maxGapMs)
    const { running } = await readStatus(this.#example.machine)
    expect(running.version === next.version, `after a full reboot the machine runs ${running.version}`)
    await this.#assertPage('web', signal)
  }

  async #pid(): Promise<number> {
    return Number(await this.#example.machine.sh('podman inspect --format "{{.State.Pid}}" web'))
  }

  /** Asks until the container answers; it may still be starting. */
  async #assertPage(container: ContainerName, signal: AbortSignal): Promise<void> {
    const end = Date.now() + answerTimeoutMs
    for (;;) {
      const page = await fetchPage(this.#example.url(container))
      if (page !== undefined) {
        const expected = sha256(await readFile(join(repoDir, 'examples/web/www/index.html')))
        expect(page.status === 200, `"${container}" answered with status ${page.status}`)
        expect(page.sha256 === expected, `"${container}" served another page, SHA-256 ${page.sha256}`)
        return
      }
      expect(Date.now() < end, `"${container}" does not answer`)
      await sleep(200, undefined, { signal })
    }
  }
}

async function fetchPage(url: string): Promise<{ status: number; sha256: string } | undefined> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(10_000) })
    return { status: response.status, sha256: sha256(Buffer.from(await response.arrayBuffer())) }
  } catch {
    return undefined
  }
}

function expect(holds: boolean, otherwise: string): asserts holds {
  if (!holds) throw new AfloatError('demo/not-as-claimed', `Not as claimed: ${otherwise}`)
}

function toSeconds(ms: number): number {
  return Math.round(ms / 100) / 10
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}
