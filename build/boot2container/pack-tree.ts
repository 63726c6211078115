import { writeFile } from 'node:fs/promises'
import { type CpioEntry, formatCpio } from '@afloat/archive'
import { membersOf } from '../file-tree.ts'
import type { ToolsTree } from '../tools-tree.ts'

/**
 * Writes a folder, after `first`, as a compressed cpio archive that the kernel unpacks. Same files, same bytes. What is
 * compressed already is only packed: more work, a minute for all drivers, makes it smaller by a few thousandths.
 */
export async function packTree(
  tools: ToolsTree,
  tree: string,
  first: readonly CpioEntry[],
  epoch: number,
  output: string,
  { isCompressed = false } = {},
): Promise<void> {
  const cpio = `${output}.cpio`
  await writeFile(cpio, formatCpio([...first, ...(await membersOf(tree))], epoch))
  const packing = isCompressed ? quick : smallest
  await tools.run(['zstd', ...packing, '--rm', cpio, '-o', output])
}

/** How zstd is called. The window, 64 MiB, is memory that the kernel takes while it unpacks. See docs/adr/0013-boot2container-initramfs.md. */
const smallest = ['--quiet', '--ultra', '-22', '--long=26', '--threads=1', '--no-check']
const quick = ['--quiet', '-12', '--threads=1', '--no-check']
