/**
 * The one door from a host program to its machine: files, processes, mounts, clock.
 *
 * Everything blocks until it is done, for host programs do one thing after the other; only a watcher's
 * `nextLine` is asynchronous. Implementations: `quickjs-sys.ts` on a machine, `fake-sys.ts` in tests.
 *
 * Where no other code is named, a failed operation throws an AfloatError with a code of `SysErrorCode`,
 * the path in its message, and `details.errno` (a name like `ENOSPC`).
 */
export interface Sys extends Files, Programs, Clock, Terminal {
  /** Returns bytes that nobody can guess. */
  randomBytes(count: number): Uint8Array
}

/** The three streams that every program is given. */
export interface Terminal {
  /** Writes one line to standard error, which PID 1 and systemd show or record. */
  log(line: string): void
  /** Writes one line to standard output: for machine-readable results. */
  print(line: string): void
  /** Writes to standard output as it is. Throws with `details.errno` EPIPE when nobody reads it any more. */
  writeOutput(data: string | Uint8Array): void
  /** Waits for standard input and returns at most `maxBytes` of it, or undefined at its end. */
  readInput(maxBytes: number): Uint8Array | undefined
}

/**
 * The file tree. Paths are absolute. `undefined` stands for "not there", also below a path that is not a folder, and
 * when read for a device that has gone or has no medium.
 */
export interface Files {
  /** Returns the text of a file (UTF-8, bad bytes become U+FFFD). Works on /proc, /sys and block devices. */
  readText(path: string, range?: ByteRange): string | undefined
  readBytes(path: string, range?: ByteRange): Uint8Array | undefined
  /** Writes over what is there, in place. Not atomic: see `replaceFile()`. */
  writeFile(path: string, data: string | Uint8Array, options?: { mode?: number }): void
  /** Adds to the end; makes the file when it is not there. */
  appendText(path: string, data: string | Uint8Array, options?: { mode?: number }): void
  /**
   * Writes to a device that may have nobody at its other end, without waiting for that to change. Returns how many of
   * the bytes it took. Throws as other writes do, but not for a device that is full.
   */
  offer(path: string, bytes: Uint8Array): number
  /** Opens a named pipe for reading, whether anybody writes to it or not. Who opens it for writing waits for that. */
  openPipe(path: string): PipeReader
  /** Makes a folder and the missing ones above it. `mode` (0755) is for each folder made. Returns those made, topmost first. */
  makeDirs(path: string, options?: { mode?: number }): string[]
  symlink(target: string, path: string): void
  /** Makes `path` a second name of the file `target`. */
  link(target: string, path: string): void
  /** Returns the target of a symbolic link, or undefined when `path` is none. */
  readLink(path: string): string | undefined
  rename(from: string, to: string): void
  /** Removes a file, a link or an empty folder; with `recursive` a whole tree. Nothing there is no failure. */
  remove(path: string, options?: { recursive?: boolean }): void
  /** Returns the sorted names in a folder, or undefined when there is no such folder. */
  list(path: string): string[] | undefined
  /** Follows symbolic links. */
  stat(path: string): FileStat | undefined
  /** Does not follow a symbolic link at the end of `path`. */
  lstat(path: string): FileStat | undefined
  /**
   * Stands for a state of what is at `path` (a link at its end is not followed): differs once contents or attributes
   * have changed, or another file has taken the name, and is the same after a restart. Two changes within a tick of
   * the kernel's clock (10 ms) may look like one.
   */
  version(path: string): string | undefined
  /** Whether something is there, be it a dangling link. */
  exists(path: string): boolean
  chmod(path: string, mode: number): void
  /** Numeric ids. Does not follow a symbolic link at the end of `path`. */
  chown(path: string, uid: number, gid: number): void
  /** Returns once the data of `path` (file, folder or device), or of everything, is on the medium. */
  sync(path?: string): void
  /**
   * Opens what is there for writing in place; it keeps its size. With `exclusive` a block device must have no other
   * user: `details.errno` is EBUSY when it is mounted or a part of another device.
   */
  openForWriting(path: string, options?: { exclusive?: boolean }): OpenFile
}

export interface OpenFile {
  /** Writes all of `bytes` at `offset` (bytes from the start). */
  write(bytes: Uint8Array, offset: number): void
  close(): void
}

export interface PipeReader {
  /** Returns what has come since the last call, or a part of it, without waiting; nothing when there is nothing. */
  read(): Uint8Array
  close(): void
}

export type ByteRange = {
  /** In bytes from the start; 0 by default. */
  offset?: number
  /** At most so many bytes; to the end by default. */
  length?: number
}

export type FileKind = 'file' | 'directory' | 'symlink' | 'block' | 'character' | 'fifo' | 'socket'

export type FileStat = {
  readonly kind: FileKind
  /** Permission bits with setuid, setgid and sticky: 0 to 0o7777. */
  readonly mode: number
  readonly uid: number
  readonly gid: number
  /** In bytes; 0 for devices. */
  readonly size: number
  /** Of a device node: `8:0`, what it stands for. */
  readonly device?: string
}

/** Other programs, found via PATH. */
export interface Programs {
  /** Runs a program to its end, whatever its exit code. Throws `sys/program-missing` when there is none. */
  run(argv: readonly string[], options?: RunOptions): RunResult
  /** Runs a program that must succeed and returns its standard output; throws `sys/command-failed` otherwise. */
  mustRun(argv: readonly string[], options?: MustRunOptions): string
  /** Starts what `run` runs, and returns while it runs. */
  start(argv: readonly string[], options?: RunOptions): Job
  /**
   * Runs a program at this terminal: it reads this program's standard input and writes to its output. Standard error
   * is passed on as it comes, and its end is returned.
   */
  runAttached(argv: readonly string[], options?: AttachedOptions): AttachedResult
  /** Starts a program and reads its standard output, of any length, as it comes. */
  openStream(argv: readonly string[], options?: StreamOptions): ByteStream
  /** Starts a program and leaves it alone: it outlives this one. Output goes to this program's standard error. */
  spawnDetached(argv: readonly string[], options?: { env?: Readonly<Record<string, string>> }): number
  /** Starts a program that prints lines for as long as it lives, such as `busybox uevent`. */
  watch(argv: readonly string[]): Watcher
  /** Whether PATH leads to such a program. */
  has(name: string): boolean
}

export type RunOptions = {
  /** Standard input; empty by default. Never part of an error. */
  input?: string | Uint8Array
  /** Added to this program's own environment. */
  env?: Readonly<Record<string, string>>
  /** The program gets SIGTERM then, and SIGKILL 2 s later; `timedOut` is set. No limit by default. */
  timeoutMs?: number
  /** Asked every few milliseconds while it is waited for: whether it shall be ended, as at a deadline. */
  giveUp?: (pid: number) => boolean
  /** Gets each line of standard error as it comes; all of it is in the result as well. */
  onStderr?: (line: string) => void
  cwd?: string
}

export type MustRunOptions = RunOptions & {
  /** Words of `argv` that must not appear in an error message, such as a password hash. */
  secrets?: readonly string[]
  hint?: string
}

export type RunResult = {
  /** Exit code; 128 + number after a signal, as a shell counts. */
  readonly code: number
  readonly stdout: string
  readonly stderr: string
  readonly timedOut: boolean
}

export type AttachedOptions = Pick<RunOptions, 'env' | 'cwd'> & {
  /** Asked every few milliseconds while it runs: whether it shall be ended, as at a deadline. It is when this throws, too. */
  giveUp?: (pid: number) => boolean
  /** Not at the terminal after all: it gets no input, and its output comes through a pipe. */
  apart?: boolean
  /** Changes what it says on standard error before that is shown; what is returned is as it was. */
  rewrite?: (bytes: Uint8Array) => Uint8Array
}

/** `stderr`: the last 8 KiB of it. */
export type AttachedResult = { readonly code: number; readonly stderr: string; readonly timedOut: boolean }

export interface Job {
  /** Whether it has ended, so that `wait` returns at once. */
  readonly ended: boolean
  /** Waits for its end. `timeoutMs` of its options counts from here. To be called once. */
  wait(): RunResult
  /** Kills it if it still runs, and waits for its end; then `wait` must not be called. */
  stop(): void
}

export type StreamOptions = Pick<RunOptions, 'input' | 'env' | 'cwd'>

export interface ByteStream {
  /** Waits until `target` is full or the output has ended. Returns the number of bytes put there. */
  fill(target: Uint8Array): number
  /** Ends the program (by a signal, if its output has not ended) and returns how it went. */
  close(): { readonly code: number; readonly stderr: string }
}

export interface Watcher {
  /** Returns the next line, or undefined when `timeoutMs` passed without one or the program has ended. */
  nextLine(timeoutMs: number): Promise<string | undefined>
  /** Whether the program has ended and all its lines were returned. */
  readonly ended: boolean
  /** Ends the program. */
  stop(): void
}

export interface Clock {
  /** Milliseconds since the kernel started; never goes back. */
  uptimeMs(): number
  /** Milliseconds since 1970, as far as this machine knows. */
  nowMs(): number
  /** For waiting before a retry. */
  sleepMs(durationMs: number): void
}
