import type { Container, PipelineConfig, PullPolicy } from '@afloat/boot2container'
import { AfloatError } from '@afloat/report'
import { shellLine } from '../sys/shell-line.ts'
import type { Sys } from '../sys/sys.ts'
import type { Asked, Bundles } from './bundles/bundles.ts'
import type { Images } from './images/images.ts'
import {
  type ContainerRequest,
  commonOptions,
  type PipelineState,
  readRequest,
} from './podman/plan-container.ts'
import { runContainer } from './podman/run-container.ts'
import type { StageResult } from './report.ts'
import type { MachineReporter } from './reporter.ts'

/** What came of a pipeline. */
export type PipelineResult = {
  readonly status: number
  /** Like `containers[0]`. */
  readonly failedBy?: string
  readonly message?: string
  readonly containers: readonly { index: number; image: string; exitCode: number }[]
  /** What a container asked for by its last act. */
  readonly askedFor?: 'poweroff' | 'reboot'
  readonly hadServices: boolean
}

export type PipelineContext = {
  readonly sys: Sys
  readonly report: MachineReporter
  readonly config: PipelineConfig
  readonly images: Images
  /** None without a cache. */
  readonly bundles?: Bundles | undefined
  readonly onCondition: (condition: 'container_start' | 'container_end') => void
}

/** By exit codes of a container whose first process called reboot(2). Source: reboot(2), "Behavior inside PID namespaces" */
const wishes: Readonly<Record<number, 'poweroff' | 'reboot'>> = { 129: 'reboot', 130: 'poweroff' }

/** Runs services, containers and post containers. Whatever happens to them is in the result; nothing is thrown for it. */
export function runPipeline(context: PipelineContext): PipelineResult {
  const { config } = context
  const run = new Run(context)
  const serving = config.services.every((service) => run.startService(service))
  if (serving) {
    for (const container of config.containers) {
      run.runContainer(container)
      if (run.status !== 0 && config.pipefail) break
    }
  }
  for (const container of config.postContainers) run.runPost(container)
  return run.result()
}

class Run {
  status = 0
  #askedFor: 'poweroff' | 'reboot' | undefined
  readonly #context: PipelineContext
  readonly #ended: { index: number; image: string; exitCode: number }[] = []
  #failedBy: string | undefined
  #failedArgs = ''
  #message: string | undefined
  #previous = ''
  #previousExitCode = ''

  constructor(context: PipelineContext) {
    this.#context = context
  }

  /** Returns whether it runs. */
  startService(service: Container): boolean {
    try {
      this.#stage('service', service, (request) => this.#podman(request, { detached: true }))
      return true
    } catch (error) {
      if (!(error instanceof AfloatError)) throw error
      this.#failed(service, `services[${service.index}]`, exitCodeOf(error), error)
      return false
    }
  }

  runContainer(container: Container): void {
    const { exitCode, error } = this.#runToEnd('container', container)
    if (exitCode !== 0) this.#failed(container, `containers[${container.index}]`, exitCode, error)
    const { image = '' } = readRequest(container, this.#context.config)
    this.#ended.push({ index: container.index, image, exitCode })
  }

  /** Whatever comes of it. */
  runPost(container: Container): void {
    const { error } = this.#runToEnd('post', container)
    if (error !== undefined) this.#context.report.note(error.message)
  }

  /** `error`: why there was no container, or why what it left cannot be stored. That one wants the machine to go down ends nothing here. */
  #runToEnd(stage: string, container: Container): { exitCode: number; error?: AfloatError } {
    const { onCondition } = this.#context
    let exitCode = 0
    const attempted = this.#attempt(() =>
      this.#stage(stage, container, (request, result) => {
        onCondition('container_start')
        exitCode = this.#run(request, result)
        onCondition('container_end')
        return exitCode
      }),
    )
    // That it cannot be stored is a failure, and the container's own comes first.
    const end = exitCode === 0 ? attempted : { ...attempted, exitCode }
    this.#askedFor = wishes[end.exitCode] ?? this.#askedFor
    this.#previous = shellLine(container.args)
    this.#previousExitCode = `${end.exitCode}`
    return end
  }

  #attempt(run: () => number): { exitCode: number; error?: AfloatError } {
    try {
      return { exitCode: run() }
    } catch (error) {
      if (!(error instanceof AfloatError)) throw error
      return { exitCode: exitCodeOf(error), error }
    }
  }

  result(): PipelineResult {
    return {
      status: this.status,
      containers: this.#ended,
      hadServices: this.#context.config.services.length > 0,
      ...(this.#failedBy === undefined ? {} : { failedBy: this.#failedBy }),
      ...(this.#message === undefined ? {} : { message: this.#message }),
      ...(this.#askedFor === undefined ? {} : { askedFor: this.#askedFor }),
    }
  }

  #stage<T>(
    stage: string,
    container: Container,
    run: (request: ContainerRequest, result: StageResult) => T,
  ): T {
    const { report, config } = this.#context
    return report.stage(stage, `${container.index}`, (result) => run(readRequest(container, config), result))
  }

  /** Without podman where that has made the same container before. */
  #run(request: ContainerRequest, result: StageResult): number {
    const { images, bundles } = this.#context
    const pull = images.prepare(request)
    const asked = pull === 'never' ? this.#asked(request) : undefined
    const kept = asked && bundles?.find(asked)
    const exitCode = kept?.run(() => images.wasStarted(request))
    result.from = exitCode === undefined ? 'podman' : 'bundle'
    result.exitCode = exitCode ?? this.#podman(request, { detached: false, pull })
    return result.exitCode
  }

  /** `pull`: what `prepare()` has said, if it was asked. */
  #podman(request: ContainerRequest, { detached, pull }: { detached: boolean; pull?: PullPolicy }): number {
    const { sys, report, images, bundles } = this.#context
    let prepared = pull
    return runContainer(sys, report, {
      // A damaged image that was dropped has to be fetched again.
      options: () => {
        const options = [...this.#options(request), `--pull=${prepared ?? images.prepare(request)}`]
        prepared = undefined
        bundles?.willBeMade([...options, ...request.args])
        return options
      },
      args: request.args,
      detached,
      onCreated: (state) => {
        if (!detached) bundles?.created(state)
        return () => images.wasStarted(request)
      },
      onRunning: () => {
        const asked = detached ? undefined : this.#asked(request)
        return (asked && bundles?.running(asked)) ?? (() => {})
      },
      repair: (kind) => images.repair(request, kind),
    })
  }

  #asked(request: ContainerRequest): Asked | undefined {
    const stored = this.#context.images.find(request)
    if (stored === undefined || request.image === undefined) return undefined
    return { words: [...this.#options(request), ...request.args], image: { name: request.image, stored } }
  }

  #options(request: ContainerRequest): string[] {
    return commonOptions(this.#context.config, request, this.#state())
  }

  #state(): PipelineState {
    return {
      status: this.status,
      failedBy: this.#failedArgs,
      previous: this.#previous,
      previousExitCode: this.#previousExitCode,
      shutdownMode: this.#askedFor ?? 'default',
    }
  }

  /** The first failure counts. */
  #failed(container: Container, name: string, exitCode: number, error?: AfloatError): void {
    if (error !== undefined) {
      const { report } = this.#context
      report.note(`FAILED: ${error.message} (${error.code})`)
      if (error.hint !== undefined) report.note(`        ${error.hint}`)
    }
    if (this.status !== 0) return
    this.status = exitCode
    this.#failedBy = name
    this.#failedArgs = shellLine(container.args)
    if (error !== undefined) this.#message = error.message
  }
}

/** Podman's own, where it got that far. */
function exitCodeOf({ details: { exitCode } }: AfloatError): number {
  return typeof exitCode === 'number' && exitCode !== 0 ? exitCode : 1
}
