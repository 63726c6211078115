import { readContainer } from '@afloat/boot2container'
import { podmanPath } from '../volumes/open-volume.ts'

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
  ...['cap-add', 'cap-drop', 'cpus', 'entrypoint', 'hostname', 'memory', 'name', 'tmpfs', 'ulimit', 'umask'],
  ...['user', 'workdir'],
])
/** Likewise, and they are on or off. */
const switches: ReadonlySet<string> = new Set(['interactive', 'privileged', 'read-only', 'rm', 'tty'])
/** They say where the image comes from, and it is here. */
const fetchingOptions: ReadonlySet<string> = new Set(['authfile', 'cert-dir', 'creds', 'pull', 'tls-verify'])

/** Reads the arguments of `podman run`, options before the image among them; undefined when only podman can make the bundle. */
export function readShape(words: readonly string[]): Shape | undefined {
  const { options, command, unknownOption } = readContainer(words)
  if (unknownOption !== undefined || mayBeSystemd(command)) return undefined
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
      const [, source = '', name, target = ''] =
        /^(\/[^:]*|([A-Za-z0-9][\w.-]*)):(\/[^:]*)(?::r[ow])?$/.exec(value) ?? []
      if (source === '' || mayNameUsers(target)) return undefined
      if (name === undefined) shape.sources.push(source)
      else shape.volumes.push(podmanPath(name))
      shape.options.push(`volume=${value}`)
    } else if (switches.has(name)) {
      const isOn = parseSwitch(value)
      if (isOn === undefined) return undefined
      shape.options.push(`${name}=${isOn}`)
    } else if (plainOptions.has(name) || (/^net(work)?$/.test(name) && value === 'host')) {
      shape.options.push(`${name}=${value}`)
    } else if (!fetchingOptions.has(name)) return undefined
  }
  // Podman reads no input with the one alone, and gives no terminal with the other.
  const isOn = (name: string) => isSwitchedOn(shape, name)
  return isOn('tty') === isOn('interactive') ? { ...shape, command } : undefined
}

/** The last one counts. */
export function isSwitchedOn({ options }: Pick<Shape, 'options'>, name: string): boolean {
  return options.findLast((option) => option.startsWith(`${name}=`)) === `${name}=true`
}

/** Source: strconv.ParseBool of Go, which reads podman's switches */
function parseSwitch(value: string): boolean | undefined {
  if (/^(1|t|T|true|TRUE|True)$/.test(value)) return true
  return /^(0|f|F|false|FALSE|False)$/.test(value) ? false : undefined
}

/**
 * Whether podman may prepare a container of these words for systemd: it looks at the first word, and at the one behind
 * "/bin/sh -c". Where they are not all there, an entrypoint may be before them: so any of the first three counts.
 * Source: podman 5.4, pkg/specgen/generate/container_create.go, `useSystemd`
 */
export function mayBeSystemd(words: readonly string[]): boolean {
  return words.slice(0, 3).some((word) => /^\/(usr\/(local\/)?)?sbin\/init$|(^|\/)systemd\/*$/.test(word))
}

/** Whether podman looks for users and groups in what is mounted there. Source: libpod, `getUserOverrides` */
function mayNameUsers(target: string): boolean {
  const names = target.split('/').filter((name) => name !== '' && name !== '.')
  return names.includes('..') || ['', 'etc', 'etc/passwd', 'etc/group'].includes(names.join('/'))
}
