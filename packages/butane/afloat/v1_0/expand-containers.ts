import { isObject, type ObjectValue, type Value } from '@afloat/ignition'
import type { Path } from '@afloat/report'
import type { Step } from '../../translate/context.ts'
import { addFile } from './expand.ts'
import { formatNetwork } from './format-network.ts'
import { formatContainer, isBuiltIn } from './format-quadlet.ts'
import { formatVolume } from './format-volume.ts'
import { parseVolume } from './parse-volume.ts'
import type { Container, Network, Volume } from './schema.ts'
import { volumeText } from './volume-text.ts'

interface Source {
  readonly containers?: readonly (Container | null)[]
  readonly volumes?: readonly (Volume | null)[]
  readonly networks?: readonly (Network | null)[]
}

/**
 * Containers, volumes and networks are Quadlet files each, and so are networks that containers only name. A volume or
 * network stays through a soft reboot when a container does that uses it.
 */
export const addContainers: Step = (source, config, context) => {
  const { containers = [], volumes = [], networks = [] } = source as Source
  const described = new Set(volumes.flatMap((volume) => volume?.name ?? []))
  const add = (name: string, contents: string, from: Path) =>
    addFile(config, context, { path: `${QUADLET_DIR}/${name}`, contents, from })

  for (const [index, container] of containers.entries()) {
    if (!container) continue
    const contents = formatContainer(withoutNulls(container), described)
    add(`${container.name}.container`, contents, ['containers', index])
  }
  const used = usesOf(containers)
  for (const [index, volume] of volumes.entries())
    if (volume?.name !== undefined) {
      const survives = used.volumes.get(volume.name) ?? false
      add(`${volume.name}.volume`, formatVolume(volume, survives), ['volumes', index])
    }
  for (const [index, network] of networks.entries())
    if (network?.name !== undefined) {
      const survives = used.networks.get(network.name)?.survives ?? false
      add(`${network.name}.network`, formatNetwork(network, survives), ['networks', index])
    }
  const paths = filePaths(config)
  for (const [name, { survives, from }] of used.networks) {
    // A network the user describes, here or in a file, is theirs.
    if (!paths.has(`${QUADLET_DIR}/${name}.network`))
      add(`${name}.network`, formatNetwork({ name }, survives), from)
  }
}

const QUADLET_DIR = '/etc/containers/systemd'

/** An empty item of a YAML list counts as none. */
function withoutNulls(container: Container): Container {
  const fields = Object.entries(container).map(([key, value]) => [
    key,
    Array.isArray(value) ? value.filter((item) => item !== null) : value,
  ])
  return Object.fromEntries(fields) as Container
}

/** By name, which volumes and networks containers use, and whether one of these survives. */
function usesOf(containers: readonly (Container | null)[]) {
  const volumes = new Map<string, boolean>()
  const networks = new Map<string, { survives: boolean; from: Path }>()
  for (const [index, container] of containers.entries()) {
    if (!container) continue
    const { network = 'bridge', survive = false } = container
    for (const item of container.volumes ?? []) {
      const volume = item ? parseVolume(volumeText(item)) : undefined
      if (typeof volume === 'object')
        volumes.set(volume.source, survive || (volumes.get(volume.source) ?? false))
    }
    if (isBuiltIn(network)) continue
    const known = networks.get(network)
    networks.set(network, {
      survives: survive || (known?.survives ?? false),
      from: known?.from ?? ['containers', index, 'network'],
    })
  }
  return { volumes, networks }
}

function filePaths(config: ObjectValue): Set<Value | undefined> {
  const files = isObject(config['storage']) ? config['storage']['files'] : undefined
  return new Set(Array.isArray(files) ? files.map((file) => (isObject(file) ? file['path'] : undefined)) : [])
}
