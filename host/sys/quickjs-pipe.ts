import { errnoName } from './errno.ts'
import { ioError } from './errors.ts'
import { os } from './quickjs-modules.ts'
import { eagain, nonBlocking } from './quickjs-offer.ts'
import type { PipeReader } from './sys.ts'

const pieceBytes = 65_536

/** See `Files.openPipe`. */
export function quickjsPipe(path: string): PipeReader {
  const action = `read "${path}"`
  const fd = os.open(path, os.O_RDONLY | nonBlocking)
  if (fd < 0) throw ioError(action, errnoName(-fd))
  return {
    read() {
      const piece = new Uint8Array(pieceBytes)
      const count = os.read(fd, piece.buffer, 0, piece.length)
      if (count < 0 && count !== -eagain) throw ioError(action, errnoName(-count))
      return piece.subarray(0, Math.max(count, 0))
    },
    close: () => os.close(fd),
  }
}
