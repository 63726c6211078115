import type { Add, Check, ObjectValue } from '@afloat/ignition'
import { nearestName, type Path } from '@afloat/report'
import { splitWords } from '@afloat/unitfile'
import { butaneErrors as errors } from '../../errors.ts'
import { BUILT_IN, isBuiltIn } from './format-quadlet.ts'
import { parseImage } from './parse-image.ts'
import { type PublishedPort, parsePort, portsCollide } from './parse-port.ts'
import { parseVolume } from './parse-volume.ts'
import type { Container } from './schema.ts'

/** The hostname, and what containers must not have in common. */
export const checkAfloat: Check<ObjectValue> = (value, path, add) => {
  const { hostname, containers = [] } = value as { hostname?: string; containers?: (Container | null)[] }
  if (hostname !== undefined && !isHostname(hostname))
    add('error', [...path, 'hostname'], errors.badHostname(hostname))

  const names = new Set<string>()
  const published = new Map<string, (PublishedPort & { by: string })[]>()
  for (const [index, container] of containers.entries()) {
    if (!container) continue
    const { name = '', ports = [] } = container
    if (names.has(name)) add('error', [...path, 'containers', index, 'name'], errors.containerTwice(name))
    if (name !== '') names.add(name)
    for (const [at, text] of ports.entries()) {
      const port = text === null ? undefined : parsePort(text)
      if (!port) continue
      const key = `${port.host}/${port.protocol}`
      const earlier = published.get(key) ?? []
      const other = earlier.find((one) => portsCollide(one, port))
      if (other) add('error', [...path, 'containers', index, 'ports', at], errors.portTwice(key, other.by))
      published.set(key, [...earlier, { ...port, by: name }])
    }
  }
}

function isHostname(name: string): boolean {
  const labels = name.split('.')
  return (
    name.length <= 64 && labels.every((label) => /^[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/.test(label))
  )
}

export const checkContainer: Check<ObjectValue> = (value, path, add) => {
  const {
    name,
    image,
    command,
    ports = [],
    volumes = [],
    environment = {},
    network,
    restart,
    survive,
  } = value as unknown as Container
  if (!name) add('error', [...path, 'name'], errors.containerNameMissing())
  else if (!NAME.test(name)) add('error', [...path, 'name'], errors.containerName('container', name))

  checkImage(image, path, add)
  if (command !== undefined) checkCommand(command, [...path, 'command'], add)

  for (const [index, port] of ports.entries())
    if (port !== null && !parsePort(port)) add('error', [...path, 'ports', index], errors.badPort(port))
  if ((network === 'none' || network === 'host') && ports.length > 0)
    add('error', [...path, 'ports'], errors.portsWithoutNetwork(network))
  if (network !== undefined && !NAME.test(network))
    add('error', [...path, 'network'], errors.containerName('network', network))
  else if (network !== undefined) checkNetworkTypo(network, [...path, 'network'], add)

  for (const [index, volume] of volumes.entries()) {
    const parsed = volume === null ? null : parseVolume(volume)
    const at: Path = [...path, 'volumes', index]
    if (parsed === 'relative') add('error', at, errors.relativeVolume(volume))
    else if (parsed === undefined) add('error', at, errors.badVolume(volume))
    else if (survive === true && parsed !== null && isReplaced(parsed.source))
      add('warning', at, errors.survivorHoldsSystem(parsed.source))
  }
  for (const [variable, text] of Object.entries(environment)) {
    const at: Path = [...path, 'environment', variable]
    if (!/^[A-Za-z_][A-Za-z0-9_.-]*$/.test(variable)) add('error', at, errors.badVariable(variable))
    else if (text.includes('\0')) add('error', at, errors.nulCharacter())
  }
  if (restart !== undefined && !RESTARTS.includes(restart))
    add('error', [...path, 'restart'], errors.badRestart(restart, RESTARTS))
}

/** Whether a path of the host belongs to what an update replaces; `/etc` lies over a folder of `/usr`. */
function isReplaced(path: string): boolean {
  return /^\/((usr|etc|bin|lib|lib64|sbin)(\/|$)|$)/.test(path)
}

/** Another name makes a network, so a mistyped one would go unnoticed. */
function checkNetworkTypo(network: string, path: Path, add: Add): void {
  const nearest = isBuiltIn(network) ? undefined : nearestName(network, BUILT_IN)
  if (nearest !== undefined) add('warning', path, errors.networkTypo(network, nearest))
}

/** What podman takes as a name; it is also a unit's name, which may be longer, and a file's. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,127}$/

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
