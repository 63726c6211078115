import { closeSync, constants, fstatSync, openSync, readFileSync, realpathSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import type { IncludeFiles } from '@afloat/butane'
import { LARGEST_CONFIG } from '@afloat/ignition'
import { AfloatError } from '@afloat/report'
import { readProblem } from './local-files.ts'
import { decodeConfig } from './read-config.ts'

/**
 * The files that a config on this machine may include: those below its own folder and below the files directory. Standard
 * input (`undefined`) has no folder of its own; its includes are relative to the files directory.
 */
export function includeFiles(first: string | undefined, filesDir: string | undefined): IncludeFiles {
  const folder = first === undefined ? filesDir : dirname(first)
  return {
    firstId: first === undefined ? undefined : realPath(first),
    find(path) {
      if (folder === undefined) throw noFolder()
      const name = join(folder, path)
      const roots = [folder, ...(filesDir === undefined ? [] : [filesDir])]
      const id = attempt(() => realpathSync(name))
      if (
        !roots.some((root) =>
          isBelow(
            id,
            attempt(() => realpathSync(root)),
          ),
        )
      )
        throw outside(filesDir)
      return { name, id, text: () => decodeConfig(attempt(() => readRegular(id))) }
    },
  }
}

/** Reads what is no directory, device or pipe, if it is not too large. */
function readRegular(path: string): Uint8Array {
  const descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  try {
    const stat = fstatSync(descriptor)
    if (stat.isDirectory()) throw unreadable('it is a directory', { hint: 'Name a file in it' })
    if (!stat.isFile()) throw unreadable('it is no regular file')
    if (stat.size > LARGEST_CONFIG)
      throw unreadable(`it is larger than ${LARGEST_CONFIG / 1024 / 1024} MB`, {
        hint: 'Load large files from local files or an https: source',
      })
    return readFileSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

function isBelow(path: string, folder: string): boolean {
  const way = relative(folder, path)
  return way !== '..' && !way.startsWith('../')
}

function noFolder(): AfloatError {
  return unreadable('standard input has no folder that paths could be relative to', {
    hint: 'Name the folder with -d/--files-dir',
  })
}

function outside(filesDir: string | undefined): AfloatError {
  const named = filesDir === undefined ? '' : ' and the files directory'
  return unreadable(`it lies outside the folder of the first file${named}`, {
    hint: 'Move it there, or name a folder that holds it with -d/--files-dir',
  })
}

function unreadable(problem: string, options: { cause?: unknown; hint?: string } = {}): AfloatError {
  return new AfloatError('config/include-unreadable', problem, options)
}

function attempt<T>(read: () => T): T {
  try {
    return read()
  } catch (cause) {
    if (cause instanceof AfloatError) throw cause
    throw unreadable(readProblem(cause), { cause, hint: 'Paths are relative to the file that includes' })
  }
}

function realPath(path: string): string | undefined {
  try {
    return realpathSync(path)
  } catch {
    return undefined // a file that is no more can be included by none
  }
}
