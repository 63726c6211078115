/** One member of a cpio archive. Paths are relative, without a leading "./"; modes are permission bits. */
export type CpioEntry =
  | { readonly kind: 'directory'; readonly path: string; readonly mode: number }
  | { readonly kind: 'file'; readonly path: string; readonly mode: number; readonly data: Uint8Array }
  | { readonly kind: 'link'; readonly path: string; readonly target: string }
  | {
      readonly kind: 'device'
      readonly path: string
      readonly mode: number
      readonly major: number
      readonly minor: number
    }

/**
 * Returns a cpio archive in the "newc" format that the Linux kernel unpacks as an initramfs.
 * Same entries, same bytes: owner is root, inode numbers count up, `mtime` (seconds since the epoch) is the
 * same for all members. Entries are written in the given order, so parents must come before children.
 * Throws RangeError for a file over 4 GiB, which the format cannot express.
 * Source: Linux, Documentation/driver-api/early-userspace/buffer-format.rst
 */
export function formatCpio(entries: readonly CpioEntry[], mtime = 0): Uint8Array {
  const parts: Uint8Array[] = []
  let length = 0
  const push = (bytes: Uint8Array) => {
    parts.push(bytes)
    length += bytes.length
    const padding = (4 - (length % 4)) % 4
    if (padding > 0) {
      parts.push(new Uint8Array(padding))
      length += padding
    }
  }
  entries.forEach((entry, index) => {
    const data = contentOf(entry)
    push(
      header(entry.path, {
        inode: index + 1,
        mode: modeOf(entry),
        mtime,
        size: data.length,
        ...deviceOf(entry),
      }),
    )
    push(data)
  })
  push(header('TRAILER!!!', { inode: 0, mode: 0, mtime: 0, size: 0, major: 0, minor: 0 }))
  return concat(parts, length)
}

const kinds = { directory: 0o040000, file: 0o100000, link: 0o120000, device: 0o020000 }

function modeOf(entry: CpioEntry): number {
  return kinds[entry.kind] | (entry.kind === 'link' ? 0o777 : entry.mode & 0o7777)
}

function deviceOf(entry: CpioEntry): { major: number; minor: number } {
  return entry.kind === 'device' ? { major: entry.major, minor: entry.minor } : { major: 0, minor: 0 }
}

function contentOf(entry: CpioEntry): Uint8Array {
  if (entry.kind === 'file') return entry.data
  if (entry.kind === 'link') return ascii(entry.target)
  return new Uint8Array(0)
}

type Numbers = { inode: number; mode: number; mtime: number; size: number; major: number; minor: number }

/** The 110 bytes of a header and the name with its NUL; fields are eight hexadecimal digits. */
function header(path: string, of: Numbers): Uint8Array {
  if (of.size > 0xffffffff)
    throw new RangeError(`Cannot store "${path}" in a cpio archive: larger than 4 GiB`)
  const name = ascii(path)
  const links = of.inode === 0 ? 0 : 1
  const fields = [
    of.inode,
    of.mode,
    0,
    0,
    links,
    of.mtime,
    of.size,
    0,
    0,
    of.major,
    of.minor,
    name.length + 1,
    0,
  ]
  const text = `070701${fields.map((n) => n.toString(16).toUpperCase().padStart(8, '0')).join('')}`
  const bytes = new Uint8Array(text.length + name.length + 1)
  bytes.set(ascii(text))
  bytes.set(name, text.length)
  return bytes
}

function ascii(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length)
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code === 0 || code > 126)
      throw new RangeError(`Cannot store the name "${text}" in a cpio archive: expected ASCII`)
    bytes[i] = code
  }
  return bytes
}

function concat(parts: readonly Uint8Array[], length: number): Uint8Array {
  const all = new Uint8Array(length)
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}
