import { errnoName } from './errno.ts'
import { ioError } from './errors.ts'
import { os, std } from './quickjs-modules.ts'
import { writeFully } from './quickjs-write.ts'
import { encodeUtf8 } from './utf8.ts'

let scratchCount = 0

/**
 * Opens an unlinked temporary file; its descriptor is added to `open`. In append mode a program writes at the end,
 * wherever this one, which shares the position, is reading.
 */
export function openScratch(open: Set<number>): number {
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

/** Opens an unlinked temporary file that holds `input`, to be the standard input of a program. */
export function openInput(open: Set<number>, input: string | Uint8Array = ''): number {
  const fd = openScratch(open)
  const bytes = typeof input === 'string' ? encodeUtf8(input) : input
  writeFully(fd, bytes, 'write the input of a program')
  os.seek(fd, 0, std.SEEK_SET)
  return fd
}

/** Returns all of an output file and closes it. The stream decodes UTF-8 much faster than `decodeUtf8()`. */
export function takeOutput(fd: number, open: Set<number>): string {
  open.delete(fd)
  os.seek(fd, 0, std.SEEK_SET)
  const stream = std.fdopen(fd, 'r')
  const text = stream.readAsString()
  stream.close()
  return text
}

export function closeAll(open: Set<number>): void {
  for (const fd of open) os.close(fd)
  open.clear()
}
