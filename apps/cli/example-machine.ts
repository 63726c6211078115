import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { ensureImage } from '@afloat/build/image'
import { repoDir } from '@afloat/build/paths'
import { ensureToolsTree } from '@afloat/build/tools-tree'
import type { ReleaseVariant } from '@afloat/build/variant'
import { AfloatError } from '@afloat/report'
import { type AccelName, chooseAccel } from '@afloat/vm/accel'
import { type Load, startLoad } from '@afloat/vm/load'
import { type Machine, startMachine } from '@afloat/vm/machine'
import { freePort } from '@afloat/vm/ports'
import type { Registry } from '@afloat/vm/registry'
import { showBoot } from './boot-stages.ts'
import { compileExample, ExampleFleet } from './example-fleet.ts'
import { offerImages } from './example-images.ts'
import { followUpdate, type UpdateOutcome } from './follow-update.ts'
import type { Progress } from './progress.ts'

/** The containers of `examples/web.yaml`, each with its port on the machine and requests a second that it is asked. */
const containers = {
  /** Survives. */
  web: { port: 80, ratePerSecond: 20 },
  /** Does not. */
  ordinary: { port: 8080, ratePerSecond: 5 },
} as const

export type ContainerName = keyof typeof containers

const answerTimeoutMs = 300_000

/** The machine of `examples/web.yaml` with a fleet server of its own, and requests from outside: for demo and bench. */
export class ExampleMachine {
  readonly #show: Progress
  readonly #ports: Record<ContainerName, number> = { web: 0, ordinary: 0 }
  readonly #loads: Load[] = []
  #machine: Machine | undefined
  #registry: Registry | undefined
  #fleet: ExampleFleet | undefined
  #bundleUrl = ''

  constructor(show: Progress) {
    this.#show = show
  }

  /** Where the machine fetches the release that was published last. */
  get bundleUrl(): string {
    return this.#bundleUrl
  }

  get machine(): Machine {
    return this.#machine!
  }

  /** Boots it from the image of a version, and waits until both containers have started. Returns how it is run. */
  async boot(name: string, version: string): Promise<AccelName> {
    const { stage, note } = this.#show
    const image = await ensureImage({ version, stage })
    const tools = await ensureToolsTree()
    const config = await compileExample(join(repoDir, 'examples/web.yaml'))
    this.#fleet = await stage('Fleet server', () => ExampleFleet.start())
    this.#registry = await stage('Container image', () => offerImages(tools, config))
    const { accel, reason } = await stage('Accelerator', () => chooseAccel('auto', tools))
    if (accel === 'tcg') note(`  Software emulation, which is slow: ${reason}`)
    for (const container of containerNames) this.#ports[container] = await freePort()
    this.#machine = await startMachine({
      name,
      tools,
      disk: { base: image.diskPath, sizeBytes: 8 * 1024 ** 3 },
      memoryMiB: 2048,
      accel,
      ports: containerNames.map((container) => ({
        host: this.#ports[container],
        guest: containers[container].port,
      })),
      guestForwards: [this.#fleet.guestForward, ...(this.#registry ? [this.#registry.guestForward] : [])],
      fwCfg: { 'opt/com.coreos/config': config },
    })
    const failed = await showBoot(this.#machine, this.#show)
    if (failed.length > 0)
      throw new AfloatError('example/units-failed', `Units failed in the machine: ${failed.join(', ')}`)
    return accel
  }

  /** Publishes a release and follows the machine until its health gate has judged it. `pollMs` is as in `followUpdate()`. */
  async update(variant: ReleaseVariant, options: { pollMs?: number } = {}): Promise<UpdateOutcome> {
    const { stage, note } = this.#show
    const { url } = await this.#fleet!.publish(variant, stage)
    this.#bundleUrl = url
    let shown = ''
    return await stage(`Update to ${variant.version}`, () =>
      followUpdate(this.machine, variant.version, {
        ...options,
        onProgress: (text) => {
          if (text !== shown) note(`    ${text}`)
          shown = text
        },
      }),
    )
  }

  url(container: ContainerName): string {
    return `http://127.0.0.1:${this.#ports[container]}/`
  }

  /** Starts to ask a container for its page at a constant rate. */
  startLoad(container: ContainerName): Load {
    const load = startLoad({ url: this.url(container), ratePerSecond: containers[container].ratePerSecond })
    this.#loads.push(load)
    return load
  }

  /** Waits until a load gets answers again: several, so that none of them was under way before. */
  async waitForAnswers(load: Load, signal?: AbortSignal): Promise<void> {
    const end = Date.now() + answerTimeoutMs
    for (const { answered } = load.soFar; load.soFar.answered < answered + 10; ) {
      if (Date.now() > end) throw new AfloatError('example/no-answer', 'Container does not answer any more')
      await sleep(200, undefined, { signal })
    }
  }

  /** Orders a full reboot; returns when everything is up again. The load tells how long that took. */
  async reboot(load: Load, signal?: AbortSignal): Promise<void> {
    const { failed } = load.soFar
    await this.machine.exec('systemctl reboot', { detach: true })
    while (load.soFar.failed === failed) await sleep(200, undefined, { signal })
    await this.waitForAnswers(load, signal)
    await this.machine.waitForExec()
  }

  /** Gives everything back. May be called again. */
  async release(): Promise<void> {
    await this.#machine?.remove()
    await Promise.all(this.#loads.splice(0).map((load) => load.stop()))
    await this.#registry?.stop()
    await this.#fleet?.stop()
    this.#machine = this.#registry = this.#fleet = undefined
  }
}

const containerNames = Object.keys(containers) as ContainerName[]
