import { errnoName } from './errno.ts'
import { ioError } from './errors.ts'
import { os } from './quickjs-modules.ts'

/** O_NONBLOCK, for which QuickJS has no name. */
export const nonBlocking = 0x800
/** "Try again": there is nothing to read, or no room to write. */
export const eagain = 11

/** Writes what a device takes at once; see `Files.offer`. */
export function quickjsOffer(path: string, bytes: Uint8Array): number {
  const action = `write "${path}"`
  const fd = os.open(path, os.O_WRONLY | nonBlocking)
  if (fd < 0) throw ioError(action, errnoName(-fd))
  let taken = 0
  try {
    while (taken < bytes.length) {
      const buffer = bytes.buffer as ArrayBuffer
      const count = os.write(fd, buffer, bytes.byteOffset + taken, bytes.length - taken)
      if (count === -eagain) break
      if (count < 0) throw ioError(action, errnoName(-count))
      taken += count
    }
  } finally {
    os.close(fd)
  }
  return taken
}
