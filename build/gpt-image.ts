import { createHash } from 'node:crypto'
import { stat, truncate, writeFile } from 'node:fs/promises'
import { toUuid } from '@afloat/disk'
import { AfloatError } from '@afloat/report'
import type { ToolsTree } from './tools-tree.ts'

const MiB = 1024 * 1024
/** Where the first partition begins. As much is left free at the end, for the second table. */
const startMiB = 1

export type ImagePartition = {
  readonly name: string
  readonly type: string
  readonly uuid: string
  readonly sizeMiB: number
  /** A file with what is in it; default: zeros. */
  readonly content?: string | undefined
}

/**
 * Writes a disk image with a GPT, its partitions in this order, as a sparse file. Throws `build/too-large` when a content
 * does not fit its partition.
 */
export async function writeGptImage(
  tools: ToolsTree,
  diskUuid: string,
  partitions: readonly ImagePartition[],
  output: string,
): Promise<void> {
  await writeFile(output, '')
  await truncate(output, (startMiB + partitions.reduce((sum, { sizeMiB }) => sum + sizeMiB, 0) + 1) * MiB)
  let at = startMiB
  const lines = ['label: gpt', `label-id: ${diskUuid}`]
  for (const { name, type, uuid, sizeMiB, content } of partitions) {
    lines.push(`start=${at}MiB, size=${sizeMiB}MiB, type=${type}, uuid=${uuid}, name="${name}"`)
    if (content !== undefined) await copyInto(tools, output, at, content, sizeMiB)
    at += sizeMiB
  }
  await tools.run(['sfdisk', '--quiet', '--no-reread', '--no-tell-kernel', output], {
    input: lines.join('\n'),
  })
}

/** Returns what makes UUIDs by name for an image, the same for the same inputs; `key` stands for these. */
export function uuidsOf(key: string): (name: string) => string {
  return (name) => toUuid(createHash('sha256').update(`${name} ${key}`).digest('hex').slice(0, 32))
}

/** Copies a file to an offset of another, in MiB, and leaves holes where it has only zeros. */
async function copyInto(tools: ToolsTree, target: string, atMiB: number, source: string, roomMiB: number) {
  const { size } = await stat(source)
  if (size > roomMiB * MiB) {
    throw new AfloatError(
      'build/too-large',
      `Cannot place "${source}" in its partition: found ${size} bytes, room for ${roomMiB * MiB}`,
      {
        hint: 'Take something out of the image (image/os.packages, image/os.remove) or enlarge the layout',
      },
    )
  }
  const how = ['bs=1M', `seek=${atMiB}`, 'conv=notrunc,sparse', 'status=none']
  await tools.run(['dd', `if=${source}`, `of=${target}`, ...how])
}
