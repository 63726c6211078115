import { LineBuffer } from './line-buffer.ts'
import { os } from './quickjs-modules.ts'
import { ChildProcess } from './quickjs-wait.ts'
import type { Watcher } from './sys.ts'

const chunkBytes = 4096

/**
 * Starts `argv` and reads its lines as they come.
 * QuickJS has no poll(); its event loop does the waiting, with a read handler and a timer. It turns only while
 * the program awaits, so lines that come meanwhile wait in the pipe (64 KB) or in its writer.
 */
export function quickjsWatcher(argv: readonly string[]): Watcher {
  const [output, input] = os.pipe()
  const child = new ChildProcess(os.exec([...argv], { block: false, stdout: input }))
  os.close(input)
  const lines = new LineBuffer()
  const bytes = new Uint8Array(chunkBytes)
  let open = true

  const close = (): void => {
    if (!open) return
    open = false
    os.setReadHandler(output, null)
    os.close(output)
    // Of no use without its output: it may have closed that and live on, or be deaf to SIGTERM.
    child.waitFor(0)
    lines.end()
  }

  return {
    nextLine(timeoutMs) {
      const line = lines.take()
      if (line !== undefined || !open) return Promise.resolve(line)
      return new Promise((resolve) => {
        const finish = (): void => {
          os.clearTimeout(timer)
          if (open) os.setReadHandler(output, null)
          resolve(lines.take())
        }
        const timer = os.setTimeout(finish, timeoutMs)
        os.setReadHandler(output, () => {
          const count = os.read(output, bytes.buffer, 0, chunkBytes)
          if (count > 0) lines.add(bytes.subarray(0, count))
          else close()
          if (lines.ready || !open) finish()
        })
      })
    },
    get ended() {
      return !open && !lines.ready
    },
    stop: close,
  }
}
