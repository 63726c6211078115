import { assertProgram, execOptions } from './quickjs-environment.ts'
import { os } from './quickjs-modules.ts'
import { nonBlocking } from './quickjs-offer.ts'
import { ChildProcess } from './quickjs-wait.ts'
import { writeFully } from './quickjs-write.ts'
import type { AttachedOptions, AttachedResult } from './sys.ts'
import { decodeUtf8 } from './utf8.ts'

const stdoutFd = 1
const stderrFd = 2
const keptBytes = 8192
const chunkBytes = 65_536
const napMs = 10

/** Runs a program at the terminal of this one; see `Programs.runAttached`. */
export function quickjsAttached(argv: readonly string[], options: AttachedOptions = {}): AttachedResult {
  assertProgram(argv)
  const { apart = false, rewrite } = options
  const tail = new Tail()
  const errors = openPipe((said) => {
    tail.add(said)
    writeFully(stderrFd, rewrite?.(said) ?? said, 'write to standard error')
  })
  const output = apart
    ? openPipe((said) => writeFully(stdoutFd, said, 'write to standard output'))
    : undefined
  const nothing = apart ? os.open('/dev/null', os.O_RDONLY) : undefined
  const child = new ChildProcess(
    os.exec([...argv], {
      block: false,
      stderr: errors.into,
      ...(output === undefined ? {} : { stdin: nothing!, stdout: output.into }),
      ...execOptions(options),
    }),
  )
  const pipes = output === undefined ? [errors] : [output, errors]
  for (const { into } of pipes) os.close(into)
  if (nothing !== undefined) os.close(nothing)
  const passOn = (): boolean => pipes.map((pipe) => pipe.passOn()).includes(true)
  let timedOut = false
  try {
    while (!child.hasEnded()) {
      const some = passOn()
      if (options.giveUp?.(child.pid) === true) {
        child.waitFor(0)
        timedOut = true
      } else if (!some) os.sleep(napMs)
    }
    while (passOn()) {}
  } catch (error) {
    // Nobody would look after it any more.
    child.waitFor(0)
    throw error
  } finally {
    for (const pipe of pipes) pipe.close()
  }
  return { code: child.waitFor(0).code, stderr: decodeUtf8(tail.bytes), timedOut }
}

type OutputPipe = {
  /** For the program. */
  readonly into: number
  /** Returns whether there was something. */
  passOn(): boolean
  close(): void
}

function openPipe(onBytes: (bytes: Uint8Array) => void): OutputPipe {
  const [output, into] = os.pipe()
  // A program that it leaves behind may hold the pipe open: its end is that of the child, not that of the output.
  const reader = os.open(`/proc/self/fd/${output}`, os.O_RDONLY | nonBlocking)
  os.close(output)
  return {
    into,
    passOn() {
      const bytes = new Uint8Array(chunkBytes)
      const count = os.read(reader, bytes.buffer, 0, bytes.length)
      if (count > 0) onBytes(bytes.subarray(0, count))
      return count > 0
    },
    close: () => void os.close(reader),
  }
}

class Tail {
  bytes: Uint8Array<ArrayBufferLike> = new Uint8Array()

  add(more: Uint8Array): void {
    const joined = new Uint8Array(this.bytes.length + more.length)
    joined.set(this.bytes)
    joined.set(more, this.bytes.length)
    this.bytes = joined.slice(-keptBytes)
  }
}
