import { writeFile } from 'node:fs/promises'
import { dirname, join, posix } from 'node:path'
import type { ToolsTree } from '@afloat/build/tools-tree'
import { exportRange, importRange, partitionRange, withPart } from './disk-bytes.ts'
import type { DiskImage } from './qemu-args.ts'

const env = { ...process.env, MTOOLS_SKIP_CHECK: '1', TZ: 'UTC' }

/** Writes files into the ESP of a disk of a machine that is off; folders are made, files replaced. */
export async function putOnEsp(
  tools: ToolsTree,
  disk: DiskImage,
  files: Readonly<Record<string, string | Uint8Array>>,
): Promise<void> {
  await withEsp(tools, disk, async (esp, scratch) => {
    for (const [path, content] of Object.entries(files)) {
      const source = join(scratch, 'source')
      await writeFile(source, content)
      for (const dir of parents(path))
        await tools.run(['mmd', '-D', 's', '-i', esp, `::${dir}`], { env }).catch(() => {}) // it is there
      await tools.run(['mcopy', '-o', '-i', esp, source, `::${path}`], { env })
    }
    return true
  })
}

/** Removes files from the ESP of a disk of a machine that is off; throws `tool/failed` when one is not there. */
export async function removeFromEsp(
  tools: ToolsTree,
  disk: DiskImage,
  paths: readonly string[],
): Promise<void> {
  await withEsp(tools, disk, async (esp) => {
    await tools.run(['mdel', '-i', esp, ...paths.map((path) => `::${path}`)], { env })
    return true
  })
}

/** Returns the paths of all files in the ESP, such as "EFI/Linux/afloat_1.0.0+3.efi". */
export async function listEsp(tools: ToolsTree, disk: DiskImage): Promise<string[]> {
  let listing = ''
  await withEsp(tools, disk, async (esp) => {
    listing = await tools.run(['mdir', '-/', '-b', '-i', esp, '::'], { env })
    return false
  })
  return listing
    .split('\n')
    .filter((line) => line.startsWith('::/') && !line.endsWith('/'))
    .map((line) => line.slice(3))
}

/** Hands out the ESP as a file of its own, as mtools cannot read qcow2; puts it back when `use` returns true. */
async function withEsp(
  tools: ToolsTree,
  disk: DiskImage,
  use: (esp: string, scratch: string) => Promise<boolean>,
): Promise<void> {
  const { offset, sizeBytes } = await partitionRange(tools, disk, 'esp')
  await withPart(disk, async (esp) => {
    await exportRange(tools, disk, offset, sizeBytes, esp)
    if (await use(esp, dirname(esp))) await importRange(tools, disk, offset, sizeBytes, esp)
  })
}

function parents(path: string): string[] {
  const dir = posix.dirname(path)
  return dir === '.' || dir === '/' ? [] : [...parents(dir), dir]
}
