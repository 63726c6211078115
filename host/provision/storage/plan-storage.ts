import type { IgnitionConfig, Node, Owner } from '@afloat/ignition'
import { provisionErrors as errors } from '../errors.ts'
import { type Contents, contentsOf } from '../fetch/contents.ts'
import type { AccountNames } from '../passwd/accounts.ts'
import type { Step, StepOwner } from '../plan/step.ts'

/**
 * Plans the directories, files and links of a config, in this order and each kind sorted by path, so that what holds
 * comes before what it holds. Pure. Throws `provision/unknown-user` and `provision/unknown-group`.
 */
export function planStorage(config: IgnitionConfig, names: AccountNames): Step[] {
  const { directories, files, links } = config.storage ?? {}
  const bits = modeBits(config.ignition.version)
  return [
    ...sorted(directories, 'directories').map(
      ([directory, place]): Step => ({
        kind: 'directory',
        ...planNode(directory, place, names),
        ...modeOf(directory, bits),
      }),
    ),
    ...sorted(files, 'files').map(([file, place]): Step => {
      const contents = contentsOf(file.contents, `${place}.contents`)
      return {
        kind: 'file',
        ...planNode(file, place, names),
        ...modeOf(file, bits),
        ...(contents === undefined ? {} : { contents }),
        append: (file.append ?? [])
          .map((part, i) => contentsOf(part, `${place}.append.${i}`))
          .filter((part): part is Contents => part !== undefined),
      }
    }),
    // Hard links last: their target may be a file or a link of the same config.
    ...sorted(links, 'links')
      .map(([link, place]): Step & { kind: 'link' } => ({
        kind: 'link',
        ...planNode(link, place, names),
        target: link.target ?? '',
        hard: link.hard ?? false,
      }))
      .sort((a, b) => Number(a.hard) - Number(b.hard)),
  ]
}

function sorted<T extends Node>(nodes: readonly T[] = [], section: string): [T, string][] {
  return nodes
    .map((node, i): [T, string] => [node, `$.storage.${section}.${i}`])
    .sort(([a], [b]) => (a.path < b.path ? -1 : 1))
}

function planNode(node: Node, place: string, names: AccountNames) {
  return { path: node.path, overwrite: node.overwrite ?? false, owner: planOwner(node, place, names), place }
}

function planOwner({ user, group }: Node, place: string, names: AccountNames): StepOwner {
  const owner: StepOwner = {}
  const uid = idOrName(user)
  const gid = idOrName(group)
  if (typeof uid === 'string' && !names.users.has(uid)) throw errors.unknownUser(`${place}.user.name`, uid)
  if (typeof gid === 'string' && !names.groups.has(gid)) throw errors.unknownGroup(`${place}.group.name`, gid)
  if (uid !== undefined) owner.user = uid
  if (gid !== undefined) owner.group = gid
  return owner
}

function idOrName(owner: Owner | undefined): string | number | undefined {
  return owner?.id ?? (owner?.name === '' ? undefined : owner?.name)
}

/** Setuid, setgid and sticky bits count since 3.6.0 of the format. */
function modeBits(version: string): number {
  return Number(version.split('.')[1]) >= 6 ? 0o7777 : 0o777
}

function modeOf({ mode }: { readonly mode?: number }, bits: number): { mode?: number } {
  return mode === undefined ? {} : { mode: mode & bits }
}
