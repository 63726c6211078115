import { readFile, rm, writeFile } from 'node:fs/promises'
import type { ToolsTree } from '../tools-tree.ts'
import { smallest } from './pack-tree.ts'

/**
 * Compresses a file in `frames` pieces that can be unpacked at the same time, as host/boot2container/unpack.c does. Each
 * costs a little, for it knows nothing of the others.
 */
export async function packFrames(
  tools: ToolsTree,
  file: string,
  frames: number,
  output: string,
): Promise<void> {
  const bytes = await readFile(file)
  const pieceBytes = Math.ceil(bytes.length / frames)
  const packed = await Promise.all(
    Array.from({ length: frames }, async (_, index) => {
      const [piece, frame] = [`${output}.${index}`, `${output}.${index}.zst`]
      await writeFile(piece, bytes.subarray(index * pieceBytes, (index + 1) * pieceBytes))
      await tools.run(['zstd', ...smallest, '--rm', piece, '-o', frame])
      return frame
    }),
  )
  await writeFile(output, Buffer.concat(await Promise.all(packed.map((frame) => readFile(frame)))))
  for (const frame of packed) await rm(frame)
}
