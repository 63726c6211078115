import { errnoName } from './errno.ts'
import { ioError, programMissing } from './errors.ts'
import { LineBuffer } from './line-buffer.ts'
import { mustRun } from './must-run.ts'
import { os, std } from './quickjs-modules.ts'
import { waitFor } from './quickjs-wait.ts'
import { quickjsWatcher } from './quickjs-watcher.ts'
import type { Programs, RunOptions, RunResult } from './sys.ts'
import { encodeUtf8 } from './utf8.ts'

/** Returns the way to run other programs from QuickJS. */
export function quickjsPrograms(): Programs {
  const programs: Programs = {
    run,
    mustRun: (argv, options) => mustRun(programs, argv, options),
    spawnDetached(argv, options = {}) {
      assertProgram(argv)
      return os.exec([...argv], { block: false, stdout: stderrFd, ...environment(options.env) })
    },
    watch(argv) {
      assertProgram(argv)
      return quickjsWatcher(argv)
    },
    has: isOnPath,
  }
  return programs
}

/**
 * Input and output are unlinked temporary files, not pipes: no amount of output can block the child, and
 * nothing is left behind should this program die.
 */
function run(argv: readonly string[], options: RunOptions = {}): RunResult {
  const open = new Set<number>()
  try {
    const stdin = scratch(open)
    if (options.input !== undefined) fill(stdin, options.input)
    const stdout = scratch(open)
    const stderr = scratch(open)
    const pid = os.exec([...argv], {
      block: false,
      stdin,
      stdout,
      stderr,
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
      ...environment(options.env),
    })
    const { onStderr } = options
    const tail = onStderr === undefined ? undefined : lineTail(stderr, onStderr)
    const ending = waitFor(pid, options.timeoutMs, tail?.read)
    tail?.end()
    // The child of a failed exec() ends with 127, and so does a shell that finds no command.
    if (ending.code === 127) assertProgram(argv)
    open.delete(stdout)
    open.delete(stderr)
    return { ...ending, stdout: contents(stdout), stderr: contents(stderr) }
  } finally {
    for (const fd of open) os.close(fd)
  }
}

const stderrFd = 2

let scratchCount = 0

/**
 * Opens an unlinked temporary file; its descriptor is added to `open`. In append mode a program writes at the end,
 * wherever this one, which shares the position, is reading.
 */
function scratch(open: Set<number>): number {
  scratchCount++
  let fd = 0
  for (const dir of ['/run', '/tmp', '']) {
    const path = `${dir}/.afloat-${os.getpid()}-${scratchCount}`
    fd = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_EXCL, 0o600)
    if (fd < 0) continue
    os.remove(path)
    open.add(fd)
    return fd
  }
  throw ioError('make a temporary file in "/run", "/tmp" or "/"', errnoName(-fd))
}

function fill(fd: number, input: string | Uint8Array): void {
  const bytes = typeof input === 'string' ? encodeUtf8(input) : input
  for (let start = 0; start < bytes.length; ) {
    const count = os.write(fd, bytes.buffer as ArrayBuffer, bytes.byteOffset + start, bytes.length - start)
    if (count < 0) throw ioError('write the input of a program', errnoName(-count))
    start += count
  }
  os.seek(fd, 0, std.SEEK_SET)
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

/** Returns all of an output file and closes it. The stream decodes UTF-8 much faster than `decodeUtf8()`. */
function contents(fd: number): string {
  os.seek(fd, 0, std.SEEK_SET)
  const stream = std.fdopen(fd, 'r')
  const text = stream.readAsString()
  stream.close()
  return text
}

function environment(env: Readonly<Record<string, string>> | undefined): { env?: Record<string, string> } {
  return env === undefined ? {} : { env: { ...std.getenviron(), ...env } }
}

function assertProgram(argv: readonly string[]): void {
  const name = argv[0] ?? ''
  if (!isOnPath(name)) throw programMissing(name)
}

function isOnPath(name: string): boolean {
  if (name.includes('/')) return os.stat(name)[1] === 0
  const dirs = (std.getenv('PATH') ?? '/usr/sbin:/usr/bin:/sbin:/bin').split(':')
  return name !== '' && dirs.some((dir) => os.stat(`${dir}/${name}`)[1] === 0)
}
