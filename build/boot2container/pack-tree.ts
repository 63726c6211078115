import { writeFile } from 'node:fs/promises'
import { type CpioEntry, formatCpio } from '@afloat/archive'
import { membersOf } from '../file-tree.ts'
import type { ToolsTree } from '../tools-tree.ts'

/** Writes a folder, after `first`, as a compressed cpio archive that the kernel unpacks. Same files, same bytes. */
export async function packTree(
  tools: ToolsTree,
  tree: string,
  first: readonly CpioEntry[],
  epoch: number,
  output: string,
): Promise<void> {
  const cpio = `${output}.cpio`
  await writeFile(cpio, formatCpio([...first, ...(await membersOf(tree))], epoch))
  await tools.run(['zstd', ...packing, '--rm', cpio, '-o', output])
}

/** How zstd is called. The window, 64 MiB, is memory that the kernel takes while it unpacks. See docs/adr/0013-boot2container-initramfs.md. */
export const packing = ['--quiet', '--ultra', '-22', '--long=26', '--threads=1', '--no-check']
