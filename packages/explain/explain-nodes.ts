import type { Directory, File, Gunzip, Link, Node, Owner } from '@afloat/ignition'
import { explainContents } from './explain-contents.ts'
import type { ExplainedDirectory, ExplainedFile, ExplainedLink, ExplainedNode } from './explanation.ts'

export function explainDirectory(directory: Directory): ExplainedDirectory {
  return { ...explainNode(directory), mode: octal(directory.mode ?? DIRECTORY_MODE) }
}

export function explainFile(file: File, gunzip?: Gunzip): ExplainedFile {
  return {
    ...explainNode(file),
    mode: octal(file.mode ?? FILE_MODE),
    contents: explainContents(file.contents, gunzip),
    appended: (file.append ?? []).flatMap((part) => explainContents(part, gunzip) ?? []),
  }
}

export function explainLink(link: Link): ExplainedLink {
  return { ...explainNode(link), target: link.target ?? '', hard: link.hard ?? false }
}

/** Defaults of the Ignition spec, for what is not there yet. */
const FILE_MODE = 0o644
const DIRECTORY_MODE = 0o755

function explainNode({ path, user, group, overwrite }: Node): ExplainedNode {
  return { path, user: ownerName(user), group: ownerName(group), overwrite: overwrite ?? false }
}

function ownerName(owner: Owner | undefined): string {
  return owner?.name || (owner?.id === undefined || owner.id === 0 ? 'root' : String(owner.id))
}

/** Four digits: `0644`. */
export function octal(mode: number): string {
  return mode.toString(8).padStart(4, '0')
}
