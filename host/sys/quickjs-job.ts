import { LineBuffer } from './line-buffer.ts'
import { assertProgram, execOptions } from './quickjs-environment.ts'
import { os, std } from './quickjs-modules.ts'
import { closeAll, openInput, openScratch, takeOutput } from './quickjs-scratch.ts'
import { ChildProcess } from './quickjs-wait.ts'
import type { Job, RunOptions, RunResult } from './sys.ts'

/**
 * Starts a program. Input and output are unlinked temporary files, not pipes: no amount of output can block the
 * child, and nothing is left behind should this program die.
 */
export function quickjsJob(argv: readonly string[], options: RunOptions = {}): Job {
  const open = new Set<number>()
  try {
    const stdin = openInput(open, options.input)
    const stdout = openScratch(open)
    const stderr = openScratch(open)
    const child = new ChildProcess(
      os.exec([...argv], { block: false, stdin, stdout, stderr, ...execOptions(options) }),
    )
    return {
      get ended() {
        return child.hasEnded()
      },
      wait() {
        try {
          return finish(argv, child, { stdout, stderr, open }, options)
        } finally {
          closeAll(open)
        }
      },
      stop() {
        closeAll(open)
        child.waitFor(0)
      },
    }
  } catch (error) {
    closeAll(open)
    throw error
  }
}

function finish(
  argv: readonly string[],
  child: ChildProcess,
  { stdout, stderr, open }: { stdout: number; stderr: number; open: Set<number> },
  { onStderr, timeoutMs, giveUp }: RunOptions,
): RunResult {
  const tail = onStderr === undefined ? undefined : lineTail(stderr, onStderr)
  const look = () => {
    tail?.read()
    return giveUp?.(child.pid) === true
  }
  const isLookedAt = tail !== undefined || giveUp !== undefined
  const ending = child.waitFor(timeoutMs, isLookedAt ? look : undefined)
  tail?.end()
  // The child of a failed exec() ends with 127, and so does a shell that finds no command.
  if (ending.code === 127) assertProgram(argv)
  return { ...ending, stdout: takeOutput(stdout, open), stderr: takeOutput(stderr, open) }
}

/** Passes on the lines of an output file that is being written. */
function lineTail(fd: number, onLine: (line: string) => void): { read: () => void; end: () => void } {
  const lines = new LineBuffer()
  const bytes = new Uint8Array(4096)
  let position = 0
  const pass = (): void => {
    for (let line = lines.take(); line !== undefined; line = lines.take()) onLine(line)
  }
  const read = (): void => {
    os.seek(fd, position, std.SEEK_SET)
    for (let count = os.read(fd, bytes.buffer, 0, bytes.length); count > 0; ) {
      position += count
      lines.add(bytes.subarray(0, count))
      count = os.read(fd, bytes.buffer, 0, bytes.length)
    }
    pass()
  }
  const end = (): void => {
    read()
    lines.end()
    pass()
  }
  return { read, end }
}
