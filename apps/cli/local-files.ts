import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
} from 'node:fs'
import { join } from 'node:path'
import { getSystemErrorMessage } from 'node:util'
import type { LocalFiles, TreeEntry } from '@afloat/butane'
import { AfloatError } from '@afloat/report'

/** Of all local files of a config. Packed they may still fit in one; a machine could not be given more. */
const MOST_BYTES = 32 * 1024 * 1024

/** A directory on this machine as the files directory of a config. Symbolic links in it are followed. */
export function localFiles(filesDir: string): LocalFiles {
  let leftBytes = MOST_BYTES
  return {
    read: (path) =>
      attempt(filesDir, path, () => {
        const bytes = readRegular(join(filesDir, path), leftBytes)
        leftBytes -= bytes.length
        return bytes
      }),
    walk: (path) =>
      attempt(filesDir, path, () => {
        const root = join(filesDir, path)
        return statSync(root).isDirectory() ? [{ kind: 'directory', path: '' }, ...walk(root, '')] : undefined
      }),
  }
}

/** Reads what is no device or pipe, which might never end, and not too large. A directory fails in the system's words. */
function readRegular(path: string, mostBytes: number): Uint8Array {
  const descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  try {
    const stat = fstatSync(descriptor)
    if (!stat.isFile() && !stat.isDirectory()) throw new Error(`read ${path}: is no regular file`)
    if (stat.size > mostBytes && stat.isFile())
      throw new Error(`read ${path}: local files are larger than ${MOST_BYTES / 1024 / 1024} MB together`)
    return readFileSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

function walk(root: string, below: string): TreeEntry[] {
  const names = readdirSync(join(root, below)).toSorted((a, b) =>
    Buffer.compare(Buffer.from(a), Buffer.from(b)),
  )
  return names.flatMap((name): TreeEntry[] => {
    const path = below === '' ? name : `${below}/${name}`
    const stat = lstatSync(join(root, path))
    if (stat.isDirectory()) return [{ kind: 'directory', path }, ...walk(root, path)]
    if (stat.isSymbolicLink()) return [{ kind: 'link', path, target: readlinkSync(join(root, path)) }]
    if (stat.isFile()) return [{ kind: 'file', path, executable: (stat.mode & 0o111) !== 0 }]
    return [{ kind: 'other', path }]
  })
}

function attempt<T>(filesDir: string, path: string, read: () => T): T {
  try {
    return read()
  } catch (cause) {
    throw new AfloatError('config/local-unreadable', systemProblem(cause, join(filesDir, path)), {
      cause,
      hint: 'Paths are relative to the files directory given with -d/--files-dir',
    })
  }
}

/** Why something could not be read, in words. */
export function readProblem(error: unknown): string {
  return REASONS[(error as NodeJS.ErrnoException).code ?? ''] ?? (error as Error).message
}

const REASONS: Record<string, string | undefined> = {
  ENOENT: 'there is no such file',
  EACCES: 'no permission',
  EISDIR: 'it is a directory',
  ENOTDIR: 'a part of the path is not a directory',
  ELOOP: 'too many symbolic links',
}

/** A failed system call in the words of the reference program: `open files/a: no such file or directory`. */
export function systemProblem(error: unknown, path: string): string {
  const { code = '', errno, syscall = 'open', path: at = path } = error as NodeJS.ErrnoException
  if (errno === undefined) return (error as Error).message
  const call = syscall === 'scandir' ? 'open' : syscall
  return `${call} ${at}: ${LIBC_WORDS[code] ?? getSystemErrorMessage(errno)}`
}

/** Where Node has other words than the C library. */
const LIBC_WORDS: Record<string, string | undefined> = {
  EISDIR: 'is a directory',
  ELOOP: 'too many levels of symbolic links',
  ENAMETOOLONG: 'file name too long',
}
