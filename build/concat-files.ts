import { createReadStream, createWriteStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'

/**
 * Joins archives to one that the kernel, or a boot loader with several, unpacks one after the other. Each begins at a
 * multiple of four bytes, as those that are not compressed must.
 * Source: Linux, Documentation/driver-api/early-userspace/buffer-format.rst
 */
export async function concatFiles(paths: readonly string[], output: string): Promise<void> {
  async function* bytes(): AsyncGenerator<Uint8Array> {
    for (const path of paths) {
      yield* createReadStream(path) as AsyncIterable<Uint8Array>
      yield new Uint8Array(-(await stat(path)).size & 3)
    }
  }
  await pipeline(bytes, createWriteStream(output))
}
