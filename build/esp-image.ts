import { globSync } from 'node:fs'
import { copyFile, mkdir, readdir, truncate, utimes, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { ToolsTree } from './tools-tree.ts'

export type EspParts = {
  readonly sizeMiB: number
  /** Of the volume; eight hexadecimal digits. */
  readonly id: string
  /** Files by their place in the file system. */
  readonly files: Readonly<Record<string, { readonly from: string } | { readonly text: string }>>
  /** Date of all files, in seconds since 1970. */
  readonly epoch: number
}

/** Writes an EFI system partition, FAT32, as a file of its own. `stage` is a folder for what goes into it. */
export async function writeEsp(
  tools: ToolsTree,
  { sizeMiB, id, files, epoch }: EspParts,
  stage: string,
  output: string,
): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    const target = join(stage, path)
    await mkdir(dirname(target), { recursive: true })
    await ('from' in content ? copyFile(content.from, target) : writeFile(target, content.text))
  }
  await writeFile(output, '')
  await truncate(output, sizeMiB * 1024 * 1024)
  await tools.run(['mkfs.vfat', '--invariant', '-F', '32', '-S', '512', '-i', id, '-n', 'ESP', output])
  for (const path of globSync('**', { cwd: stage })) await utimes(join(stage, path), epoch, epoch)
  const env = { ...process.env, SOURCE_DATE_EPOCH: String(epoch), MTOOLS_SKIP_CHECK: '1', TZ: 'UTC' }
  const top = (await readdir(stage)).sort().map((name) => join(stage, name))
  await tools.run(['mcopy', '-s', '-p', '-m', '-i', output, ...top, '::'], { env })
}
