import { lstatSync, statSync } from 'node:fs'
import { open, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { makeDirs } from '@afloat/build/cache'
import { runProgram } from '@afloat/build/run-program'
import { AfloatError } from '@afloat/report'
import { readProblem } from './local-files.ts'

/** A file that is to be written after long work, and is known to be writable before. */
export type OutputFile = {
  /** Puts a copy of a file there, holes kept; it takes its name when it is whole. */
  fill(source: string): Promise<void>
  /** Removes what was not finished. */
  release(): Promise<void>
}

/** Makes sure that a file can be written. Throws `output/unwritable`, also for what is no file: a disk, a folder. */
export async function claimOutput(path: string): Promise<OutputFile> {
  const partial = `${path}.partial-${process.pid}`
  const found = lstatSync(path, { throwIfNoEntry: false })
  if (found !== undefined && !found.isFile() && !found.isSymbolicLink())
    throw unwritable(path, found.isDirectory() ? 'it is a directory' : 'it is no regular file')
  try {
    await makeDirs(dirname(path))
    await (await open(partial, 'w')).close()
  } catch (error) {
    throw unwritable(path, readProblem(error), error)
  }
  return {
    async fill(source) {
      await runProgram(['cp', '--reflink=auto', '--sparse=always', '--', source, partial], {
        hint: 'Choose a place with more room with --output',
      })
      await rename(partial, path)
    },
    release: () => rm(partial, { force: true }),
  }
}

/** Makes sure that files can be written to a folder, which is made. Throws `output/unwritable`. */
export async function claimOutputDir(
  dir: string,
  hint = 'Name a folder that you may write to with --output',
): Promise<void> {
  const probe = join(dir, `.partial-${process.pid}`)
  if (statSync(dir, { throwIfNoEntry: false })?.isDirectory() === false)
    throw unwritable(dir, 'it is no folder', undefined, hint)
  try {
    await makeDirs(dir)
    await (await open(probe, 'w')).close()
    await rm(probe)
  } catch (error) {
    throw unwritable(dir, readProblem(error), error, hint)
  }
}

function unwritable(
  path: string,
  problem: string,
  cause?: unknown,
  hint = 'Name a file in a folder that you may write to with --output; a disk is written by dd afterwards',
): AfloatError {
  return new AfloatError('output/unwritable', `Cannot write "${path}": ${problem}`, { cause, hint })
}
