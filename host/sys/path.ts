/** Returns the folder that holds `path`; "/" for what is at the top. Textual: links are not looked at. */
export function dirname(path: string): string {
  const end = path.replace(/\/+$/, '').lastIndexOf('/')
  return end <= 0 ? '/' : path.slice(0, end)
}

/** Returns the last part of `path`. */
export function basename(path: string): string {
  const trimmed = path.replace(/\/+$/, '')
  return trimmed.slice(trimmed.lastIndexOf('/') + 1)
}
