import { errnoName } from './errno.ts'
import { ioError } from './errors.ts'
import { os } from './quickjs-modules.ts'

/** Writes all of `bytes` where the descriptor stands. `action` is for the error, like `write "/etc/hostname"`. */
export function writeFully(fd: number, bytes: Uint8Array, action: string): void {
  for (let start = 0; start < bytes.length; ) {
    const count = os.write(fd, bytes.buffer as ArrayBuffer, bytes.byteOffset + start, bytes.length - start)
    if (count < 0) throw ioError(action, errnoName(-count))
    start += count
  }
}
