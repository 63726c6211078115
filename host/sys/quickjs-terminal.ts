import { errnoName } from './errno.ts'
import { ioError } from './errors.ts'
import { os, std } from './quickjs-modules.ts'
import { writeFully } from './quickjs-write.ts'
import type { Terminal } from './sys.ts'
import { encodeUtf8 } from './utf8.ts'

const stdinFd = 0
const stdoutFd = 1

export function quickjsTerminal(): Terminal {
  return {
    log(line) {
      std.err.puts(`${line}\n`)
      std.err.flush()
    },
    print(line) {
      std.out.puts(`${line}\n`)
      std.out.flush()
    },
    // Not by the stream: that keeps its errors to itself.
    writeOutput(data) {
      std.out.flush()
      writeFully(stdoutFd, typeof data === 'string' ? encodeUtf8(data) : data, 'write to standard output')
    },
    readInput(maxBytes) {
      const bytes = new Uint8Array(maxBytes)
      const count = os.read(stdinFd, bytes.buffer, 0, maxBytes)
      if (count < 0) throw ioError('read standard input', errnoName(-count))
      return count === 0 ? undefined : bytes.slice(0, count)
    },
  }
}
