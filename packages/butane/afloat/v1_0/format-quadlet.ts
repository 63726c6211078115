import { formatWord, formatWords, splitWords, type UnitEntry } from '@afloat/unitfile'
import { entry, formatUnitOf } from './format-unit-of.ts'
import { listWords } from './list-words.ts'
import { parseVolume } from './parse-volume.ts'
import type { Container, HealthProbe, Limits } from './schema.ts'
import { volumeText } from './volume-text.ts'

/**
 * The Quadlet file of a container that `checkContainer` has accepted. `described` are the names of volumes that have a
 * Quadlet file of their own. Source: podman-systemd.unit(5)
 */
export function formatContainer(container: Container, described: ReadonlySet<string>): string {
  const {
    name,
    image,
    command = [],
    ports = [],
    volumes = [],
    environment = {},
    network = 'bridge',
  } = container
  const words = typeof command === 'string' ? (splitWords(command) ?? []) : command
  return formatUnitOf(`Container ${name}`, container.survive ?? false, [
    {
      name: 'Container',
      entries: [
        entry('ContainerName', name),
        entry('Image', image),
        ...(words.length > 0 ? [entry('Exec', formatWords(words))] : []),
        ...ports.map((port) => entry('PublishPort', port)),
        ...volumes.map((volume) => entry('Volume', quadletVolume(volumeText(volume), described))),
        ...Object.entries(environment).map(([key, value]) =>
          entry('Environment', formatWord(`${key}=${value}`)),
        ),
        ...(network === 'bridge'
          ? []
          : [entry('Network', isBuiltIn(network) ? network : `${network}.network`)]),
        ...(container.health ? healthEntries(container.health) : []),
        ...(container.limits ? limitEntries(container.limits) : []),
      ],
    },
    {
      name: 'Service',
      entries: [
        entry('Restart', container.restart ?? 'always'),
        entry('RestartSec', String(RESTART_SEC)),
        entry('TimeoutStartSec', String(START_TIMEOUT_SEC)),
      ],
    },
    { name: 'Install', entries: [entry('WantedBy', 'multi-user.target')] },
  ])
}

/** Networks that podman has without a Quadlet file. */
export const BUILT_IN: readonly string[] = ['bridge', 'host', 'none']

export function isBuiltIn(network: string): boolean {
  return BUILT_IN.includes(network)
}

const RESTART_SEC = 5
/** Starting includes pulling the image, which takes minutes on a slow line. */
const START_TIMEOUT_SEC = 900

/** One with a Quadlet file is named by that, so that it is made first. */
function quadletVolume(text: string, described: ReadonlySet<string>): string {
  const volume = parseVolume(text)
  if (typeof volume !== 'object' || !described.has(volume.source)) return text
  return text.replace(volume.source, `${volume.source}.volume`)
}

/**
 * Podman takes JSON for a command without a shell, and systemd expands what is in it like any other argument.
 * What is killed is started again by systemd; podman must not do that itself. Source: podman-run(1), `--health-on-failure`
 */
function healthEntries(health: HealthProbe): UnitEntry[] {
  const { command = [], interval, timeout, retries, start_period: startPeriod } = health
  const words = typeof command === 'string' ? ['/bin/sh', '-c', command] : listWords(command)
  const optional = { HealthInterval: interval, HealthTimeout: timeout, HealthStartPeriod: startPeriod }
  return [
    entry('HealthCmd', JSON.stringify(words).replaceAll(/[%$]/g, '$&$&')),
    ...Object.entries(optional).flatMap(([key, value]) => (value === undefined ? [] : [entry(key, value)])),
    ...(retries === undefined ? [] : [entry('HealthRetries', String(retries))]),
    ...(health.on_failure === 'none' ? [] : [entry('HealthOnFailure', 'kill')]),
  ]
}

/**
 * Limits of the container, not of its service: what runs inside sees them, the processes that watch over it are not
 * held to them, and they stay with a container that outlives the unit's definition.
 */
function limitEntries({ memory, cpus, pids, open_files: files, shm_size: shm }: Limits): UnitEntry[] {
  return [
    ...(pids === undefined ? [] : [entry('PidsLimit', String(pids))]),
    ...(files === undefined ? [] : [entry('Ulimit', `nofile=${files}:${files}`)]),
    ...(shm === undefined ? [] : [entry('ShmSize', shm.toLowerCase())]),
    // Quadlet of podman 5.4 has no keys for these.
    ...(memory === undefined ? [] : [entry('PodmanArgs', `--memory=${memory.toLowerCase()}`)]),
    ...(cpus === undefined ? [] : [entry('PodmanArgs', `--cpus=${cpus}`)]),
  ]
}
