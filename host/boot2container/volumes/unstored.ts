import { replaceFile } from '../../sys/replace-file.ts'
import type { Sys } from '../../sys/sys.ts'

/** Notes, to outlive a power cut, that a volume holds what could not be stored at `url`. */
export function noteUnstored(sys: Sys, path: string, url: string): void {
  if (readUnstored(sys, path) !== url) replaceFile(sys, path, url)
}

/** Returns where something could not be stored. */
export function readUnstored(sys: Sys, path: string): string | undefined {
  return sys.readText(path)
}

export function forgetUnstored(sys: Sys, path: string): void {
  sys.remove(path)
}
