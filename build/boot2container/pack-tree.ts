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
  if (isCompressed) await tools.run(['zstd', ...quick, '--rm', cpio, '-o', output])
  else await packSmallest(tools, cpio, output)
}

/** Compresses a file as far as it goes; `output` takes its place. */
export async function packSmallest(tools: ToolsTree, path: string, output: string): Promise<void> {
  await tools.run(['zstd', ...smallest, '--rm', path, '-o', output])
}

/** How zstd is called. The window, 64 MiB, is memory that the kernel takes while it unpacks. See docs/adr/0013-boot2container-initramfs.md. */
const smallest = ['--quiet', '--ultra', '-22', '--long=26', '--threads=1', '--no-check']
const quick = ['--quiet', '-12', '--threads=1', '--no-check']
