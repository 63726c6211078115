import { dirname } from './path.ts'
import type { Sys } from './sys.ts'

/** Writes a file so that after a power cut the old or the new contents are there, whole. Returns when durable. */
export function replaceFile(
  sys: Sys,
  path: string,
  data: string | Uint8Array,
  options: { mode?: number } = {},
): void {
  const partial = `${path}.new`
  sys.remove(partial)
  sys.writeFile(partial, data, { mode: options.mode ?? 0o644 })
  sys.sync(partial)
  sys.rename(partial, path)
  sys.sync(dirname(path))
}
