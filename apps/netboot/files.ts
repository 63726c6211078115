import { hash } from 'node:crypto'
import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import { Readable } from 'node:stream'

/** Something that is served under a name. */
export type NetbootFile = { readonly name: string; open(): Promise<OpenedFile> }

export type OpenedFile = AsyncDisposable & {
  readonly sizeBytes: number
  /** Changes with the contents; in quotes. */
  readonly etag: string
  /** Returns as many bytes as asked for, fewer only at the end. */
  read(offset: number, length: number): Promise<Uint8Array>
  /** Both ends count. What is returned closes the file when it ends. */
  stream(first: number, last: number): Readable
}

/**
 * A file on this computer. It is opened for each client, so one that is replaced is served whole, old or new. Neither
 * links nor devices are followed: the folder may be written to by someone who may not read all that this program may.
 */
export function diskFile(name: string, path: string): NetbootFile {
  return {
    name,
    async open() {
      const handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
      const stat = await handle.stat({ bigint: true })
      if (!stat.isFile()) {
        await handle.close()
        throw new Error(`"${path}" is not an ordinary file`)
      }
      return {
        sizeBytes: Number(stat.size),
        etag: `"${stat.size.toString(36)}-${stat.mtimeNs.toString(36)}-${stat.ino.toString(36)}"`,
        async read(offset, length) {
          const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, offset)
          return buffer.subarray(0, bytesRead)
        },
        stream: (start, end) => handle.createReadStream({ start, end, highWaterMark: 256 * 1024 }),
        [Symbol.asyncDispose]: () => handle.close(),
      }
    },
  }
}

/** A file that is made for the occasion. */
export function textFile(name: string, text: string): NetbootFile {
  const bytes = Buffer.from(text)
  return {
    name,
    open: async () => ({
      sizeBytes: bytes.length,
      etag: `"${hash('sha256', bytes).slice(0, 32)}"`,
      read: async (offset, length) => bytes.subarray(offset, offset + length),
      stream: (first, last) => Readable.from([bytes.subarray(first, last + 1)]),
      [Symbol.asyncDispose]: async () => {},
    }),
  }
}
