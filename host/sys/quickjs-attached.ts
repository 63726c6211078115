import { assertProgram, execOptions } from './quickjs-environment.ts'
import { os } from './quickjs-modules.ts'
import { nonBlocking } from './quickjs-offer.ts'
import { ChildProcess } from './quickjs-wait.ts'
import { writeFully } from './quickjs-write.ts'
import type { AttachedOptions, AttachedResult } from './sys.ts'
import { decodeUtf8 } from './utf8.ts'

const stderrFd = 2
const keptBytes = 8192
const chunkBytes = 65_536
const napMs = 10

/** Runs a program at the terminal of this one; see `Programs.runAttached`. */
export function quickjsAttached(argv: readonly string[], options: AttachedOptions = {}): AttachedResult {
  assertProgram(argv)
  const [output, into] = os.pipe()
  const child = new ChildProcess(os.exec([...argv], { block: false, stderr: into, ...execOptions(options) }))
  os.close(into)
  // A program that it leaves behind may hold the pipe open: its end is that of the child, not that of the output.
  const reader = os.open(`/proc/self/fd/${output}`, os.O_RDONLY | nonBlocking)
  os.close(output)
  const tail = new Tail()
  let timedOut = false
  try {
    while (!child.hasEnded()) {
      const some = passOn(reader, tail, options.rewrite)
      if (options.giveUp?.(child.pid) === true) {
        child.waitFor(0)
        timedOut = true
      } else if (!some) os.sleep(napMs)
    }
    while (passOn(reader, tail, options.rewrite)) {}
  } finally {
    os.close(reader)
  }
  return { code: child.waitFor(0).code, stderr: decodeUtf8(tail.bytes), timedOut }
}

/** Returns whether there was something. */
function passOn(reader: number, tail: Tail, rewrite: AttachedOptions['rewrite']): boolean {
  const bytes = new Uint8Array(chunkBytes)
  const count = os.read(reader, bytes.buffer, 0, bytes.length)
  if (count <= 0) return false
  const said = bytes.subarray(0, count)
  tail.add(said)
  writeFully(stderrFd, rewrite?.(said) ?? said, 'write to standard error')
  return true
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
