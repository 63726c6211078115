// The parts of QuickJS 2025-04-26 that host programs use.
// Source: https://bellard.org/quickjs/quickjs.html, "Standard library"; error returns are negative errno values.

declare module 'std' {
  export type FILE = {
    puts(text: string): void
    flush(): void
    error(): boolean
    close(): number
    readAsString(maxSize?: number): string
    fileno(): number
  }
  export const err: FILE
  export const out: FILE
  export const SEEK_SET: number
  export const SEEK_END: number
  export function exit(code: number): never
  export function getenv(name: string): string | undefined
  export function getenviron(): Record<string, string>
  export function fdopen(fd: number, flags: string): FILE
  export function open(path: string, flags: string, error?: { errno?: number }): FILE | null
  export function strerror(errno: number): string
}

declare module 'os' {
  /** Times in milliseconds since 1970. */
  export type RawStat = {
    mode: number
    uid: number
    gid: number
    size: number
    /** Major and minor number of a device node, as makedev(3) joins them. */
    rdev: number
    ino: number
    mtime: number
    ctime: number
  }
  export const O_RDONLY: number
  export const O_WRONLY: number
  export const O_RDWR: number
  export const O_APPEND: number
  export const O_CREAT: number
  export const O_EXCL: number
  export const O_TRUNC: number
  export const WNOHANG: number
  export const SIGTERM: number
  export function open(path: string, flags: number, mode?: number): number
  export function close(fd: number): number
  export function seek(fd: number, offset: number, whence: number): number
  export function read(fd: number, buffer: ArrayBuffer, offset: number, length: number): number
  export function write(fd: number, buffer: ArrayBuffer, offset: number, length: number): number
  export function remove(path: string): number
  export function rename(from: string, to: string): number
  export function readdir(path: string): [string[], number]
  export function mkdir(path: string, mode?: number): number
  export function stat(path: string): [RawStat | null, number]
  export function lstat(path: string): [RawStat | null, number]
  export function symlink(target: string, path: string): number
  export function readlink(path: string): [string, number]
  export function pipe(): [number, number]
  export function exec(
    argv: string[],
    options?: {
      block?: boolean
      usePath?: boolean
      cwd?: string
      stdin?: number
      stdout?: number
      stderr?: number
      env?: Record<string, string>
    },
  ): number
  export function waitpid(pid: number, options: number): [number, number]
  export function kill(pid: number, signal: number): number
  export function getpid(): number
  export function sleep(durationMs: number): void
  export function now(): number
  export function setReadHandler(fd: number, handler: (() => void) | null): void
  export function setTimeout(handler: () => void, delayMs: number): unknown
  export function clearTimeout(timer: unknown): void
}

declare const scriptArgs: string[]
