import { isOwnHook } from '../podman/configure-podman.ts'
import { mayBeSystemd, type Shape } from './read-shape.ts'

/** A bundle without what is another at each start. Source: OCI runtime-spec 1.2, config.md */
export type Template = {
  /** Of the container that podman made. */
  readonly id: string
  readonly config: BundleConfig
  /** Those that podman put beside the bundle and mounts into the container, by name. */
  readonly files: Readonly<Record<string, string>>
}

/** Of config.json what is read or changed here. */
type BundleConfig = {
  process: { args: string[]; env: string[]; terminal?: boolean; [key: string]: unknown }
  root: { path: string; [key: string]: unknown }
  mounts: Mount[]
  hooks?: Readonly<Record<string, readonly { args?: readonly string[] }[]>>
  linux: { cgroupsPath: string; namespaces: { type: string; path?: string }[]; [key: string]: unknown }
  [key: string]: unknown
}
type Mount = { destination: string; type: string; source: string; options: string[] }

/** As podman 5.4 mounts it outside of the container. */
const sharedMemory: Mount = {
  destination: '/dev/shm',
  type: 'tmpfs',
  source: 'shm',
  options: ['nosuid', 'noexec', 'nodev', 'mode=1777', 'size=64000k'],
}

/**
 * Returns what can be kept of a bundle that podman made of arguments of this shape; undefined when it depends on what
 * podman did beside, such as a network. `files` are `ownFiles`.
 */
export function toTemplate(
  text: string,
  files: Readonly<Record<string, string>>,
  shape: Shape,
): Template | undefined {
  const { hooks = {}, ...config } = JSON.parse(text) as BundleConfig
  // Those of Afloat are for podman.
  if (!Object.values(hooks).flat().every(isOwnHook)) return undefined
  const id = /\/libpod-([0-9a-f]{64})$/.exec(config.linux.cgroupsPath)?.[1]
  if (id === undefined || config.linux.namespaces.some(({ path }) => path !== undefined)) return undefined
  const given = [...shape.sources, ...shape.volumes]
  const mounts: Mount[] = []
  for (const mount of config.mounts) {
    const [, own] = mount.source.split(`/overlay-containers/${id}/userdata/`)
    if (own === 'shm') mounts.push(sharedMemory)
    else if (own === undefined && (mount.type !== 'bind' || given.includes(mount.source))) mounts.push(mount)
    else if (own !== undefined && files[own] !== undefined) mounts.push({ ...mount, source: own })
    else return undefined
  }
  const { process } = config
  // By the image's entrypoint or command.
  if (mayBeSystemd(process.args)) return undefined
  const before = process.args.length - shape.command.length
  if (process.args.slice(before).join('\0') !== shape.command.join('\0')) return undefined
  const env = process.env.filter((entry) => !shape.environment.has(entry.slice(0, entry.indexOf('='))))
  const args = process.args.slice(0, before)
  return { id, files, config: { ...config, mounts, process: { ...process, args, env } } as BundleConfig }
}

/** Where a bundle is, and the name of what runs from it. */
export type Place = { readonly id: string; readonly dir: string; readonly root: string }

/** Returns config.json and the files beside it for one start. */
export function fillTemplate({ id, config, files }: Template, shape: Shape, place: Place) {
  const { process, root } = config
  const given = [...shape.environment].map(([name, value]) => `${name}=${value}`)
  const own: ReadonlySet<string> = new Set(Object.keys(files))
  const filled = {
    ...config,
    root: { ...root, path: place.root },
    mounts: config.mounts.map((mount) =>
      own.has(mount.source) ? { ...mount, source: `${place.dir}/${mount.source}` } : mount,
    ),
    process: { ...process, args: [...process.args, ...shape.command], env: [...process.env, ...given] },
  }
  // What is given stays as it is, be it the old name.
  const rename = (text: string) => text.replaceAll(id, place.id)
  return {
    config: { ...filled, linux: JSON.parse(rename(JSON.stringify(config.linux))) as BundleConfig['linux'] },
    files: Object.entries(files).map(([name, text]) => [name, rename(text)] as const),
  }
}
