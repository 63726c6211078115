import { encodeDataUrl, encodeUtf8, isObject, type ObjectValue, type Value } from '@afloat/ignition'
import type { Path } from '@afloat/report'
import type { Context, Step } from '../../translate/context.ts'
import { formatContainer, formatNetwork, isBuiltIn } from './format-quadlet.ts'
import type { Container } from './schema.ts'

/** `hostname` is the file /etc/hostname. */
export const addHostname: Step = (source, config, context) => {
  const { hostname } = source
  if (typeof hostname !== 'string') return
  addFile(config, context, {
    path: '/etc/hostname',
    text: `${hostname}\n`,
    overwrite: true,
    from: ['hostname'],
  })
}

/** Every container, and every network that containers name, is a Quadlet file. */
export const addContainers: Step = (source, config, context) => {
  const containers = (source['containers'] ?? []) as unknown as (Container | null)[]
  const networks = new Map<string, { survive: boolean; from: Path }>()
  for (const [index, container] of containers.entries()) {
    if (!container) continue
    const from = ['containers', index]
    const contents = formatContainer(withoutNulls(container))
    addFile(config, context, { path: `${QUADLET_DIR}/${container.name}.container`, text: contents, from })

    const { network = 'bridge', survive = false } = container
    if (isBuiltIn(network)) continue
    const known = networks.get(network)
    networks.set(network, {
      survive: survive || (known?.survive ?? false),
      from: known?.from ?? [...from, 'network'],
    })
  }
  const paths = filePaths(config)
  for (const [name, { survive, from }] of networks) {
    const path = `${QUADLET_DIR}/${name}.network`
    // A network the user describes in a file is theirs.
    if (!paths.has(path)) addFile(config, context, { path, text: formatNetwork(name, survive), from })
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

interface NewFile {
  readonly path: string
  readonly text: string
  readonly overwrite?: boolean
  readonly from: Path
}

/** Adds a file that a key of the source stands for. */
export function addFile(config: ObjectValue, { map }: Context, file: NewFile): void {
  const storage = isObject(config['storage']) ? config['storage'] : {}
  const files: Value[] = Array.isArray(storage['files']) ? storage['files'] : []
  map.addMade(['storage', 'files', files.length], file.from)
  files.push({
    path: file.path,
    mode: 0o644,
    contents: { source: encodeDataUrl(encodeUtf8(file.text)), compression: '' },
    ...(file.overwrite ? { overwrite: true } : {}),
  })
  config['storage'] = { ...storage, files }
}

function filePaths(config: ObjectValue): Set<Value | undefined> {
  const files = isObject(config['storage']) ? config['storage']['files'] : undefined
  return new Set(Array.isArray(files) ? files.map((file) => (isObject(file) ? file['path'] : undefined)) : [])
}
