import { type Container, type PipelineConfig, type PullPolicy, readContainer } from '@afloat/boot2container'

/** A container as it was asked for, taken apart. */
export type ContainerRequest = {
  readonly container: Container
  /** What is named as its image; undefined when nothing is. */
  readonly image?: string
  readonly pull: PullPolicy
  /** The arguments without a pull policy among them. */
  readonly args: readonly string[]
  /** Whether all options are known. Where they are not, podman itself must find the image among them. */
  readonly isReadable: boolean
}

/** What a container is told about the pipeline that it is in. */
export type PipelineState = {
  readonly status: number
  /** The arguments of the first container that failed. */
  readonly failedBy: string
  readonly previous: string
  readonly previousExitCode: string
  readonly shutdownMode: 'default' | 'poweroff' | 'reboot'
}

const policies: readonly PullPolicy[] = ['always', 'newer', 'missing', 'never']

/** Reads the arguments of a container. A pull policy of its own comes before that of all. */
export function readRequest(container: Container, config: PipelineConfig): ContainerRequest {
  const { image, options, unknownOption } = readContainer(container.args)
  const own = options.filter(({ name }) => name === 'pull')
  const pull = policies.find((policy) => policy === own.at(-1)?.value) ?? config.pull
  const words = own.flatMap(({ at }) => (container.args[at] === '--pull' ? [at, at + 1] : [at]))
  return {
    container,
    pull,
    args: container.args.filter((_, at) => !words.includes(at)),
    isReadable: unknownOption === undefined,
    ...(image === undefined ? {} : { image }),
  }
}

/** Returns the options that all containers get. Those of the container itself come later and win. */
export function commonOptions(
  config: PipelineConfig,
  { args }: ContainerRequest,
  state: PipelineState,
): string[] {
  // Behind an option that is not known nobody can tell the image from its command.
  const { options, unknownOption } = readContainer(args)
  const networks =
    unknownOption === undefined
      ? options.some(({ name }) => isNetwork.test(`--${name}`))
      : args.some((word) => isNetwork.test(word))
  return [
    '--rm',
    ...(config.privileged ? ['--privileged'] : []),
    ...(config.privileged ? [] : config.addCapabilities.map((name) => `--cap-add=${name}`)),
    ...(config.privileged ? [] : config.dropCapabilities.map((name) => `--cap-drop=${name}`)),
    ...(config.readOnly ? ['--read-only'] : []),
    ...(networks ? [] : ['--network=host']),
    ...environment(state),
  ]
}

const isNetwork = /^--net(work)?(=|$)/

function environment(state: PipelineState): string[] {
  const variables = {
    STATUS: `${state.status}`,
    FAILED_BY: state.failedBy,
    PREV_CONTAINER: state.previous,
    PREV_CONTAINER_EXIT_CODE: state.previousExitCode,
    SHUTDOWN_MODE: state.shutdownMode,
  }
  return Object.entries(variables).flatMap(([name, value]) => ['--env', `B2C_PIPELINE_${name}=${value}`])
}
