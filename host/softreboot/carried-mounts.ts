import type { Mounted } from '../sys/mounts.ts'

/**
 * Returns the targets of mounts that hold state and so go along to the next root, those above others first: all below
 * the root except what belongs to a release, what systemd carries or makes afresh, and what only this life needs.
 * `kept` names mounts of containers (their file system and shared memory) that survive: those of others end with
 * them, and a copy of such a mount would stay mounted behind podman's back.
 */
export function carriedMounts(mounts: readonly Mounted[], kept: ReadonlySet<string> = new Set()): string[] {
  return mounts
    .filter((mounted) => !isLeftBehind(mounted) && !isRepeated(mounted, mounts) && !isHidden(mounted, mounts))
    .filter((mounted) => !isOfContainer(mounted) || kept.has(mounted.target))
    .map(({ target }) => target)
    .sort()
}

/** Whether no path leads there: something other than `except` is mounted over it, or over a folder on the way. */
function isHidden(mounted: Mounted, mounts: readonly Mounted[], except?: Mounted): boolean {
  const { id, parent, target } = mounted
  const isCovered = mounts.some(
    (other) =>
      other !== except &&
      ((other.parent === id && other.target === target) ||
        (other.parent === parent && target.startsWith(`${other.target}/`))),
  )
  if (isCovered) return true
  const above = mounts.find((other) => other.id === parent)
  return above !== undefined && above !== mounted && isHidden(above, mounts, mounted)
}

/** `/tmp` starts empty, `/boot` is mounted when it is looked at, the others are systemd's or the release's. */
const leftBehind = ['/usr', '/run', '/proc', '/sys', '/dev', '/tmp', '/boot', '/efi']

/** Mounts that end with the network or with the program that serves them. */
const fleetingTypes = /^(autofs|fuse|fuse\..+|nfs4?|cifs|smb3|ceph|nsfs|rpc_pipefs)$/

function isLeftBehind(mounted: Mounted): boolean {
  const { target, type } = mounted
  if (target === '/' || target === '/etc' || fleetingTypes.test(type)) return true
  if (isMergedExtension(mounted)) return true
  return leftBehind.some((dir) => target === dir || target.startsWith(`${dir}/`))
}

/** Extensions may bring files for /opt as well; each life merges them anew. Source: systemd-sysext(8) */
function isMergedExtension({ type, source }: Mounted): boolean {
  return type === 'overlay' && source === 'sysext'
}

/** A folder bound onto itself, as podman does with its storage: there without help. */
function isRepeated({ target, parent, device, root }: Mounted, mounts: readonly Mounted[]): boolean {
  const above = mounts.find(({ id }) => id === parent)
  if (above === undefined || above.device !== device) return false
  const inAbove = above.target === '/' ? target : target.slice(above.target.length)
  return root === `${above.root === '/' ? '' : above.root}${inAbove}`
}

/** Source: containers/storage, overlay driver ("merged"); podman, shm of a container */
function isOfContainer({ target, type }: Mounted): boolean {
  return (
    (type === 'overlay' && /\/overlay\/[^/]+\/merged$/.test(target)) ||
    (type === 'tmpfs' && /\/overlay-containers\/[0-9a-f]{64}\/userdata\/shm$/.test(target))
  )
}
