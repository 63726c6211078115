import { errnoName } from './errno.ts'
import { ioError } from './errors.ts'
import { dirname } from './path.ts'
import { os, std } from './quickjs-modules.ts'
import { quickjsOffer } from './quickjs-offer.ts'
import { quickjsPipe } from './quickjs-pipe.ts'
import { writeFully } from './quickjs-write.ts'
import type { ByteRange, FileKind, FileStat, Files, OpenFile, Programs } from './sys.ts'
import { decodeUtf8, encodeUtf8 } from './utf8.ts'

const chunkBytes = 65536

/** Returns the file tree as QuickJS sees it. `programs` does what QuickJS cannot: chmod, chown, ln, sync. */
export function quickjsFiles(programs: Programs): Files {
  const files: Files = {
    readText: (path, range = {}) => readText(path, range),
    readBytes: (path, range = {}) => readBytes(path, range),
    writeFile(path, data, options = {}) {
      const { mode } = options
      // Contents meant for few must not be readable for a moment under the wide mode of an older file.
      if (mode !== undefined && modeDiffers(path, mode)) files.chmod(path, mode)
      writeAll(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, data, mode)
      if (mode !== undefined && modeDiffers(path, mode)) files.chmod(path, mode)
    },
    appendText(path, data, options = {}) {
      writeAll(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, data, options.mode)
    },
    makeDirs(path, options = {}) {
      const made: string[] = []
      makeDirs(path, options.mode ?? 0o755, made)
      for (const dir of made) {
        if (modeDiffers(dir, options.mode ?? 0o755)) files.chmod(dir, options.mode ?? 0o755)
      }
      return made
    },
    symlink: (target, path) => check(`make the link "${path}"`, os.symlink(target, path)),
    link: (target, path) => void programs.mustRun(['ln', '-T', '--', target, path]),
    readLink(path) {
      const [target, errno] = os.readlink(path)
      if (errno === einval || isAbsent(errno)) return undefined
      check(`read the link "${path}"`, -errno)
      return target
    },
    rename: (from, to) => check(`rename "${from}" to "${to}"`, os.rename(from, to)),
    remove(path, options = {}) {
      if (options.recursive === true && files.lstat(path)?.kind === 'directory') {
        for (const name of files.list(path) ?? []) files.remove(`${path}/${name}`, options)
      }
      const result = os.remove(path)
      // A read-only file system says so even of what is not there.
      if (result < 0 && files.exists(path)) check(`remove "${path}"`, result)
    },
    list(path) {
      const [names, errno] = os.readdir(path)
      if (isAbsent(errno)) return undefined
      check(`list "${path}"`, -errno)
      return names.filter((name) => name !== '.' && name !== '..').sort()
    },
    stat: (path) => toStat(path, os.stat(path)),
    lstat: (path) => toStat(path, os.lstat(path)),
    version(path) {
      const [raw] = os.lstat(path)
      return raw === null ? undefined : `${raw.ino}:${raw.size}:${raw.mtime}:${raw.ctime}`
    },
    exists: (path) => files.lstat(path) !== undefined,
    chmod: (path, mode) => void programs.mustRun(['chmod', '--', mode.toString(8).padStart(4, '0'), path]),
    chown: (path, uid, gid) => void programs.mustRun(['chown', '-h', '--', `${uid}:${gid}`, path]),
    offer: quickjsOffer,
    openPipe: quickjsPipe,
    sync: (path) => void programs.mustRun(path === undefined ? ['sync'] : ['sync', path]),
    openForWriting: (path, options = {}) => openForWriting(path, options.exclusive ?? false),
  }
  return files
}

const enoent = 2
const enxio = 6
const enodev = 19
const enotdir = 20
const einval = 22
const enomedium = 123

function isAbsent(errno: number): boolean {
  return errno === enoent || errno === enotdir
}

/** Of a file that is read: not there, or its device (a file of /sys stands for one) was unplugged or is empty. */
function isGone(errno: number): boolean {
  return isAbsent(errno) || errno === enxio || errno === enodev || errno === enomedium
}

/** Throws for a negative errno, as QuickJS returns it. */
function check(action: string, result: number): void {
  if (result < 0) throw ioError(action, errnoName(-result))
}

function modeDiffers(path: string, mode: number): boolean {
  const [raw] = os.stat(path)
  return raw !== null && (raw.mode & 0o7777) !== mode
}

/**
 * A stream decodes UTF-8 in C, a hundred times faster than `decodeUtf8()`. Not `std.loadFile`: that asks for
 * the size first, which is 0 for everything on /proc.
 */
function readText(path: string, range: ByteRange): string | undefined {
  const error: { errno?: number } = {}
  const stream = std.open(path, 'r', error)
  if (stream === null) {
    const errno = error.errno ?? 0
    if (isGone(errno)) return undefined
    throw ioError(`read "${path}"`, errnoName(errno))
  }
  try {
    seekTo(path, stream.fileno(), range)
    const text = stream.readAsString(range.length)
    if (!stream.error()) return text
  } finally {
    stream.close()
  }
  // A stream does not say why it failed; reading by descriptor does.
  const bytes = readBytes(path, range)
  return bytes && decodeUtf8(bytes)
}

function readBytes(path: string, range: ByteRange): Uint8Array | undefined {
  const fd = os.open(path, os.O_RDONLY)
  if (isGone(-fd)) return undefined
  check(`read "${path}"`, fd)
  try {
    seekTo(path, fd, range)
    return drain(path, fd, range.length ?? Number.POSITIVE_INFINITY)
  } finally {
    os.close(fd)
  }
}

function seekTo(path: string, fd: number, { offset = 0 }: ByteRange): void {
  if (offset > 0) check(`read "${path}" at byte ${offset}`, os.seek(fd, offset, std.SEEK_SET))
}

function drain(path: string, fd: number, limit: number): Uint8Array | undefined {
  let bytes = new Uint8Array(Math.min(limit, chunkBytes))
  let end = 0
  while (end < limit) {
    if (end === bytes.length) {
      const larger = new Uint8Array(Math.min(limit, bytes.length * 2))
      larger.set(bytes)
      bytes = larger
    }
    const count = os.read(fd, bytes.buffer, end, bytes.length - end)
    if (isGone(-count)) return undefined
    check(`read "${path}"`, count)
    if (count === 0) break
    end += count
  }
  return bytes.slice(0, end)
}

function writeAll(path: string, flags: number, data: string | Uint8Array, mode = 0o644): void {
  const fd = os.open(path, flags, mode)
  check(`write "${path}"`, fd)
  try {
    writeFully(fd, typeof data === 'string' ? encodeUtf8(data) : data, `write "${path}"`)
  } catch (error) {
    os.close(fd)
    throw error
  }
  check(`write "${path}"`, os.close(fd))
}

/** O_EXCL without O_CREAT means something to block devices only. Source: open(2). */
function openForWriting(path: string, exclusive: boolean): OpenFile {
  const fd = os.open(path, os.O_WRONLY | (exclusive ? os.O_EXCL : 0))
  check(`open "${path}" for writing`, fd)
  return {
    write(bytes, offset) {
      const action = `write "${path}" at byte ${offset}`
      check(action, os.seek(fd, offset, std.SEEK_SET))
      writeFully(fd, bytes, action)
    },
    close: () => check(`write "${path}"`, os.close(fd)),
  }
}

function makeDirs(path: string, mode: number, made: string[]): void {
  const result = os.mkdir(path, mode)
  if (result >= 0) {
    made.push(path)
    return
  }
  if (-result === enoent && path !== '/') {
    makeDirs(dirname(path), mode, made)
    makeDirs(path, mode, made)
    return
  }
  const [raw] = os.stat(path)
  if (raw !== null && (raw.mode & typeBits) === directoryBits) return
  check(`make the folder "${path}"`, raw === null ? result : -enotdir)
}

const typeBits = 0o170000
const directoryBits = 0o040000

const kinds: Readonly<Record<number, FileKind>> = {
  1: 'fifo',
  2: 'character',
  4: 'directory',
  6: 'block',
  8: 'file',
  10: 'symlink',
  12: 'socket',
}

function toStat(path: string, [raw, errno]: [os.RawStat | null, number]): FileStat | undefined {
  if (raw === null) {
    if (isAbsent(errno)) return undefined
    throw ioError(`look at "${path}"`, errnoName(errno))
  }
  const kind = kinds[(raw.mode & typeBits) >> 12]
  if (kind === undefined) throw ioError(`look at "${path}"`, `unknown file type ${raw.mode.toString(8)}`)
  const isDevice = kind === 'block' || kind === 'character'
  return {
    kind,
    mode: raw.mode & 0o7777,
    uid: raw.uid,
    gid: raw.gid,
    size: isDevice ? 0 : raw.size,
    ...(isDevice ? { device: deviceOf(raw.rdev) } : {}),
  }
}

/** Source: glibc, sysdeps/unix/sysv/linux/makedev.c: twelve bits and eight, with those of large numbers above them. */
function deviceOf(rdev: number): string {
  const high = Math.floor(rdev / 2 ** 32)
  const low = rdev >>> 0
  const major = ((low >>> 8) & 0xfff) | (high & 0xfffff000)
  const minor = (low & 0xff) | ((low >>> 12) & 0xffffff00)
  return `${major >>> 0}:${minor >>> 0}`
}
