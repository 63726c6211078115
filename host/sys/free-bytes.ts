import type { Sys } from './sys.ts'

/** Returns how many bytes a program may still write to the file system that holds `path`. Throws `sys/command-failed`. */
export function freeBytes(sys: Sys, path: string): number {
  const text = sys.mustRun(['stat', '--file-system', '--format=%a %S', '--', path])
  const [blocks = 0, blockBytes = 0] = text.trim().split(' ').map(Number)
  return blocks * blockBytes
}
