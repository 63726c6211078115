import { parseImage } from '@afloat/boot2container/parse-image'
import type { Add, Check, ObjectValue } from '@afloat/ignition'
import { nearestName, type Path } from '@afloat/report'
import { splitWords } from '@afloat/unitfile'
import { butaneErrors as errors } from '../../errors.ts'
import { checkOverlaps } from './check-networks.ts'
import { checkProbeOf } from './check-probe.ts'
import { checkVolumesOf, hostPathOf, isReplaced } from './check-volumes.ts'
import { BUILT_IN, isBuiltIn } from './format-quadlet.ts'
import { isPodmanName } from './is-podman-name.ts'
import { type PublishedPort, parsePort, portsCollide } from './parse-port.ts'
import { parseVolume } from './parse-volume.ts'
import type { Container, Extension, Network, Volume } from './schema.ts'
import { volumeText } from './volume-text.ts'

/** The hostname, and what containers, volumes, networks and extensions must not have in common. */
export const checkAfloat: Check<ObjectValue> = (value, path, add) => {
  const source = value as Source
  const { hostname, containers = [], networks = [] } = source
  if (hostname !== undefined && !isHostname(hostname))
    add('error', [...path, 'hostname'], errors.badHostname(hostname))

  for (const [key, what] of Object.entries(NAMED))
    checkNames(source[key as keyof typeof NAMED], what, [...path, key], add)
  checkServices(source, path, add)
  checkOverlaps(networks, [...path, 'networks'], add)
  checkPorts(containers, [...path, 'containers'], add)
  checkSurvivors(source, path, add)
}

interface Source {
  readonly hostname?: string
  readonly containers?: readonly (Container | null)[]
  readonly volumes?: readonly (Volume | null)[]
  readonly networks?: readonly (Network | null)[]
  readonly extensions?: readonly (Extension | null)[]
}

const NAMED = {
  containers: 'Container',
  volumes: 'Volume',
  networks: 'Network',
  extensions: 'Extension',
} as const

function checkNames(
  items: readonly ({ readonly name?: string } | null)[] = [],
  what: string,
  path: Path,
  add: Add,
): void {
  const names = new Set<string>()
  for (const [index, item] of items.entries()) {
    const name = item?.name ?? ''
    if (names.has(name)) add('error', [...path, index, 'name'], errors.nameTwice(what, name))
    if (name !== '') names.add(name)
  }
}

/** Quadlet gives the services of volumes and networks a name that a container may have as well. */
function checkServices(source: Source, path: Path, add: Add): void {
  const names = new Set((source.containers ?? []).map((container) => container?.name))
  for (const kind of ['volume', 'network'] as const)
    for (const [index, item] of (source[`${kind}s`] ?? []).entries()) {
      const service = `${item?.name}-${kind}`
      if (names.has(service)) add('error', [...path, `${kind}s`, index, 'name'], errors.serviceTwice(service))
    }
}

function checkPorts(containers: readonly (Container | null)[], path: Path, add: Add): void {
  const published = new Map<string, (PublishedPort & { by: string })[]>()
  for (const [index, container] of containers.entries())
    for (const [at, text] of (container?.ports ?? []).entries()) {
      const port = text === null ? undefined : parsePort(text)
      if (!port) continue
      const key = `${port.host}/${port.protocol}`
      const earlier = published.get(key) ?? []
      const other = earlier.find((one) => portsCollide(one, port))
      if (other) add('error', [...path, index, 'ports', at], errors.portTwice(key, other.by))
      published.set(key, [...earlier, { ...port, by: container?.name ?? '' }])
    }
}

/** A volume that is a folder of the system is one for the containers that use it. */
function checkSurvivors({ containers = [], volumes = [] }: Source, path: Path, add: Add): void {
  const replaced = new Map(
    volumes.flatMap((volume) => {
      const hostPath = volume && hostPathOf(volume)
      return volume?.name !== undefined && hostPath && isReplaced(hostPath) ? [[volume.name, hostPath]] : []
    }),
  )
  for (const [index, container] of containers.entries())
    for (const [at, volume] of (container?.survive === true ? (container.volumes ?? []) : []).entries()) {
      const parsed = volume ? parseVolume(volumeText(volume)) : undefined
      const hostPath = typeof parsed === 'object' ? replaced.get(parsed.source) : undefined
      if (hostPath !== undefined)
        add('warning', [...path, 'containers', index, 'volumes', at], errors.survivorHoldsSystem(hostPath))
    }
}

function isHostname(name: string): boolean {
  const labels = name.split('.')
  return (
    name.length <= 64 && labels.every((label) => /^[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/.test(label))
  )
}

export const checkContainer: Check<ObjectValue> = (value, path, add) => {
  const container = value as unknown as Container
  const { name, image, command, ports = [], environment = {}, network, restart } = container
  if (!name) add('error', [...path, 'name'], errors.containerNameMissing())
  else if (!isPodmanName(name)) add('error', [...path, 'name'], errors.containerName('container', name))

  checkImage(image, path, add)
  if (command !== undefined) checkCommand(command, [...path, 'command'], add)

  for (const [index, port] of ports.entries())
    if (port !== null && !parsePort(port)) add('error', [...path, 'ports', index], errors.badPort(port))
  if ((network === 'none' || network === 'host') && ports.length > 0)
    add('error', [...path, 'ports'], errors.portsWithoutNetwork(network))
  if (network !== undefined && !isPodmanName(network))
    add('error', [...path, 'network'], errors.containerName('network', network))
  else if (network !== undefined) checkNetworkTypo(network, [...path, 'network'], add)

  checkVolumesOf(container, path, add)
  checkProbeOf(container, path, add)
  for (const [variable, text] of Object.entries(environment)) {
    const at: Path = [...path, 'environment', variable]
    if (!/^[A-Za-z_][A-Za-z0-9_.-]*$/.test(variable)) add('error', at, errors.badVariable(variable))
    else if (text.includes('\0')) add('error', at, errors.nulCharacter())
  }
  if (restart !== undefined && !RESTARTS.includes(restart))
    add('error', [...path, 'restart'], errors.badRestart(restart, RESTARTS))
}

/** Another name makes a network, so a mistyped one would go unnoticed. */
function checkNetworkTypo(network: string, path: Path, add: Add): void {
  const nearest = isBuiltIn(network) ? undefined : nearestName(network, BUILT_IN)
  if (nearest !== undefined) add('warning', path, errors.networkTypo(network, nearest))
}

/** Source: systemd.service(5), `Restart=` */
const RESTARTS = ['always', 'no', 'on-success', 'on-failure', 'on-abnormal', 'on-abort', 'on-watchdog']

function checkCommand(command: string | readonly (string | null)[], path: Path, add: Add): void {
  const words = typeof command === 'string' ? splitWords(command) : command
  if (words === undefined) add('error', path, errors.badCommand(String(command)))
  if (words?.some((word) => word?.includes('\0'))) add('error', path, errors.nulCharacter())
  // Quadlet drops the quotes around it when it writes the service.
  if (words?.includes(';')) add('error', path, errors.loneSemicolon())
}

function checkImage(image: string | undefined, path: Path, add: Add): void {
  const at = [...path, 'image']
  const parsed = image ? parseImage(image) : undefined
  if (!image) add('error', at, errors.imageMissing())
  else if (!parsed) add('error', at, errors.badImage(image))
  else if (parsed.registry === '') add('warning', at, errors.imageWithoutRegistry(image))
}
