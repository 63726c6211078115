import { readContainer } from '@afloat/boot2container'
import { volumesDir } from '../podman/configure-podman.ts'

/** The arguments of a container: what its bundle depends on, and what only passes through it. */
export type Shape = {
  /** `name=value` of each option that the bundle depends on, in order; of variables only the name. */
  readonly options: readonly string[]
  /** Variables that are given. They may be secrets, and so may the command: neither is kept. */
  readonly environment: ReadonlyMap<string, string>
  readonly command: readonly string[]
  /** Folders and files of the machine that the container is given. */
  readonly sources: readonly string[]
  /** Volumes that are, by their folders. */
  readonly volumes: readonly string[]
}

/** Of these podman makes the same from the same image on the same machine. With all others it may do more than write a bundle. */
const plainOptions: ReadonlySet<string> = new Set([
  ...['cap-add', 'cap-drop', 'cpus', 'entrypoint', 'hostname', 'interactive', 'memory', 'name', 'privileged'],
  ...['read-only', 'rm', 'tmpfs', 'tty', 'ulimit', 'umask', 'user', 'workdir'],
])
/** They say where the image comes from, and it is here. */
const fetchingOptions: ReadonlySet<string> = new Set(['authfile', 'cert-dir', 'creds', 'pull', 'tls-verify'])

/** Reads the arguments of `podman run`, options before the image among them; undefined when only podman can make the bundle. */
export function readShape(words: readonly string[]): Shape | undefined {
  const { options, command, unknownOption } = readContainer(words)
  if (unknownOption !== undefined) return undefined
  const shape = {
    options: [] as string[],
    environment: new Map<string, string>(),
    sources: [] as string[],
    volumes: [] as string[],
  }
  for (const { name, value } of options) {
    if (name === 'env') {
      const [, variable, text] = /^([A-Za-z_][A-Za-z0-9_]*)=(.*)$/s.exec(value) ?? []
      if (variable === undefined) return undefined
      shape.environment.set(variable, text ?? '')
      shape.options.push(`env=${variable}`)
    } else if (name === 'volume') {
      const [, source = '', name] = /^(\/[^:]*|([A-Za-z0-9][\w.-]*)):\/[^:]*(?::r[ow])?$/.exec(value) ?? []
      if (source === '') return undefined
      if (name === undefined) shape.sources.push(source)
      else shape.volumes.push(`${volumesDir}/${name}/_data`)
      shape.options.push(`volume=${value}`)
    } else if (plainOptions.has(name) || (/^net(work)?$/.test(name) && value === 'host')) {
      shape.options.push(`${name}=${value}`)
    } else if (!fetchingOptions.has(name)) return undefined
  }
  // Podman reads no input with the one alone, and gives no terminal with the other.
  const has = (name: string) => shape.options.includes(`${name}=true`)
  return has('tty') === has('interactive') ? { ...shape, command } : undefined
}
