import type { Path } from '@afloat/report'
import type { Directory, File, Link, Node, Owner, Storage } from '../config.ts'
import { ignitionErrors as errors } from '../errors.ts'
import type { Add, Check, VersionCheck } from './check.ts'
import { checkPath, cleanPath, parentPaths } from './path.ts'
import type { Rules } from './rules.ts'

export const checkFile: VersionCheck<File> = (file, path, add, rules) => {
  checkDirectory(file, path, add, rules)
  if (file.overwrite && file.contents?.source === undefined)
    add('error', [...path, 'overwrite'], errors.overwriteWithoutSource())
}

export const checkDirectory: VersionCheck<Directory> = (directory, path, add, rules) => {
  checkNode(directory, path, add)
  const { mode } = directory
  if (mode === undefined) return
  if (mode < 0 || mode > 0o7777) add('error', [...path, 'mode'], errors.modeRange(mode))
  if (mode & 0o7000 && !rules.specialModeBits) add('warning', [...path, 'mode'], errors.modeSpecialBits())
}

export const checkLink: Check<Link> = (link, path, add) => {
  checkNode(link, path, add)
  if (link.target?.includes('\0')) add('error', [...path, 'target'], errors.pathBadCharacter())
}

function checkNode(node: Node, path: Path, add: Add): void {
  const bad = checkPath(node.path)
  if (bad) add('error', [...path, 'path'], bad)
}

export const checkOwner: Check<Owner> = ({ id, name }, path, add) => {
  if (id !== undefined && name)
    add('error', path, errors.idAndName(path.at(-1) === 'group' ? 'group' : 'user'))
  if (id !== undefined && (id < 0 || id > LARGEST_ID)) add('error', [...path, 'id'], errors.idRange(id))
}

/** One below the value that means "no owner" in system calls. */
export const LARGEST_ID = 0xffff_fffe

const KINDS: Record<string, 'file' | 'directory' | 'link'> = {
  files: 'file',
  directories: 'directory',
  links: 'link',
}

/** How often each occurs. */
function counted(texts: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1)
  return counts
}

function checkTarget(
  link: Link,
  directories: ReadonlySet<string>,
  path: Path,
  add: Add,
  { findsMissing }: Rules,
): void {
  const { hard, target = '' } = link
  if (target === '' && findsMissing) add('error', [...path, 'target'], errors.linkTargetMissing())
  if (!hard || (target === '' && findsMissing)) return
  if (directories.has(cleanPath(target.startsWith('/') ? target : `${link.path}/${target}`)))
    add('error', path, errors.hardLinkToDirectory(target))
  for (const who of ['user', 'group'] as const)
    for (const field of ['id', 'name'] as const)
      if (link[who]?.[field] !== undefined) add('warning', [...path, who, field], errors.hardLinkOwner())
}

/** How files, directories and links fit together. */
export const checkStorage: VersionCheck<Storage> = (storage, path, add, rules) => {
  const { files = [], directories = [], links = [], filesystems = [], disks = [] } = storage
  const linkPaths = counted(links.map((link) => link.path ?? ''))
  const filePaths = new Set(files.map((file) => file.path))
  const directoryPaths = new Set(directories.map((directory) => directory.path))
  for (const [kind, nodes] of Object.entries({ directories, files, links }))
    for (const [index, node] of nodes.entries()) {
      const at = [...path, kind, index]
      const parents = parentPaths(node.path ?? '')
      for (const parent of parents)
        for (let count = linkPaths.get(parent) ?? 0; count > 0; count--)
          add('error', at, errors.belowLink(KINDS[kind]!, parent))
      const file = parents.find((parent) => filePaths.has(parent))
      if (file !== undefined) add('error', at, errors.belowFile(node.path, file))
      if (kind === 'links') checkTarget(node, directoryPaths, at, add, rules)
    }

  const disksByDevice = new Map(disks.map((disk) => [disk.device, disk]))
  for (const [index, filesystem] of filesystems.entries()) {
    const disk = disksByDevice.get(filesystem.device)
    const at = [...path, 'filesystems', index, 'device']
    if (disk?.partitions?.length) add('warning', at, errors.filesystemOverPartitions())
    else if (disk?.wipeTable && !filesystem.wipeFilesystem) add('warning', at, errors.filesystemWiped())
  }
}
