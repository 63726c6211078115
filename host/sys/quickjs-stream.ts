import { errnoName } from './errno.ts'
import { ioError } from './errors.ts'
import { assertProgram, execOptions } from './quickjs-environment.ts'
import { os } from './quickjs-modules.ts'
import { closeAll, openInput, openScratch, takeOutput } from './quickjs-scratch.ts'
import { ChildProcess } from './quickjs-wait.ts'
import type { ByteStream, StreamOptions } from './sys.ts'

/** A program that has ended its output has so long to end itself. */
const graceMs = 5000

/** Starts a program whose standard output is a pipe, read as it is filled: what is not read yet waits in its writer. */
export function quickjsStream(argv: readonly string[], options: StreamOptions = {}): ByteStream {
  assertProgram(argv)
  const open = new Set<number>()
  const [output, into] = os.pipe()
  open.add(output).add(into)
  try {
    const stdin = openInput(open, options.input)
    const stderr = openScratch(open)
    const child = new ChildProcess(
      os.exec([...argv], { block: false, stdin, stdout: into, stderr, ...execOptions(options) }),
    )
    os.close(into)
    open.delete(into)
    let atEnd = false
    return {
      fill(target) {
        let filled = 0
        while (filled < target.length && !atEnd) {
          const buffer = target.buffer as ArrayBuffer
          const count = os.read(output, buffer, target.byteOffset + filled, target.length - filled)
          if (count < 0) throw ioError('read the output of a program', errnoName(-count))
          atEnd = count === 0
          filled += count
        }
        return filled
      },
      close() {
        const { code } = child.waitFor(atEnd ? graceMs : 0)
        const text = takeOutput(stderr, open)
        closeAll(open)
        return { code, stderr: text }
      },
    }
  } catch (error) {
    closeAll(open)
    throw error
  }
}
