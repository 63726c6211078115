import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { AfloatError } from '@afloat/report'
import { repoDir } from './paths.ts'

/**
 * The folder for everything that is built and never committed: tools tree, stages, images.
 * `AFLOAT_CACHE`, else the XDG cache folder. It may be deleted at any time.
 */
export function cacheDir(): string {
  const env = process.env
  return env['AFLOAT_CACHE'] || join(env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'afloat')
}

/** Returns the first 16 hex digits of the SHA-256 over `inputs`; strings and JSON values only, order matters. */
export function keyOf(inputs: unknown): string {
  return createHash('sha256').update(JSON.stringify(inputs)).digest('hex').slice(0, 16)
}

/**
 * Returns the folder that holds the result of `make` for `key`, made now or earlier.
 *
 * `make` fills a temporary folder beside it, which takes its final name only when `make` has returned: a
 * crash, a full disk or Ctrl-C leaves nothing that a later run would take for a result. Two processes may
 * make the same thing at once; the first to finish wins.
 */
export async function cached(
  kind: string,
  key: string,
  make: (dir: string) => Promise<void>,
): Promise<string> {
  const home = join(cacheDir(), kind)
  const final = join(home, key)
  if (existsSync(final)) {
    const now = new Date()
    await utimes(final, now, now)
    return final
  }
  await makeHome(home)
  await sweep(home)
  const partial = join(home, `${key}.partial-${process.pid}`)
  await rm(partial, { recursive: true, force: true })
  await mkdir(partial, { recursive: true })
  try {
    await make(partial)
    await rename(partial, final)
  } catch (error) {
    await rm(partial, { recursive: true, force: true })
    if (!existsSync(final)) throw error
  }
  return final
}

/** Makes a folder of the cache; throws `cache/not-writable` naming it. */
async function makeHome(home: string): Promise<void> {
  try {
    await makeDirs(home)
  } catch (cause) {
    throw new AfloatError(
      'cache/not-writable',
      `Cannot write to the cache folder "${cacheDir()}": ${(cause as Error).message}`,
      {
        cause,
        hint: 'Set AFLOAT_CACHE to a folder that is writable, on a disk with a few gigabytes to spare',
      },
    )
  }
}

/** Makes a folder and those it is in. Node's own way never returns where nothing can be made, as in /proc. */
export async function makeDirs(dir: string): Promise<void> {
  const missing: string[] = []
  for (let at = resolve(dir); !existsSync(at); at = dirname(at)) missing.unshift(at)
  for (const each of missing) await mkdir(each).catch(ignoreExisting)
}

function ignoreExisting(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST') throw error
}

/** Removes what dead processes left half made in `home`. */
async function sweep(home: string): Promise<void> {
  if (!existsSync(home)) return
  for (const name of await readdir(home)) {
    const pid = /\.partial-(\d+)$/.exec(name)?.[1]
    if (pid !== undefined && !existsSync(`/proc/${pid}`))
      await rm(join(home, name), { recursive: true, force: true })
  }
}

/** What was used so recently is not removed: another program may be at work with it. */
const inUseMs = 60 * 60 * 1000

/** Keeps the `keep` newest results of a kind, and those of the last hour, and removes the others. */
export async function prune(kind: string, keep: number): Promise<void> {
  const home = join(cacheDir(), kind)
  if (!existsSync(home)) return
  const names = (await readdir(home)).filter((name) => !name.includes('.partial-'))
  // Another build may be removing the same: what has gone meanwhile is as old as can be.
  const dateOf = async (name: string) =>
    (await stat(join(home, name)).catch(() => undefined))?.mtimeMs ?? Number.NEGATIVE_INFINITY
  const dated = await Promise.all(names.map(async (name) => ({ name, at: await dateOf(name) })))
  dated.sort((a, b) => b.at - a.at)
  for (const { name, at } of dated.slice(keep)) {
    if (Date.now() - at > inUseMs) await rm(join(home, name), { recursive: true, force: true })
  }
}

/** Reads a list file: one word per line, `#` starts a comment. */
export async function readList(path: string): Promise<string[]> {
  const text = await readFile(path, 'utf8')
  return text
    .split('\n')
    .map((line) => line.replace(/#.*/, '').trim())
    .filter((line) => line !== '')
}

/** Returns the contents of files of the checkout, to be part of a key: code that builds a stage is an input of it. */
export async function sources(...paths: readonly string[]): Promise<string[]> {
  return await Promise.all(paths.map((path) => readFile(join(repoDir, path), 'utf8')))
}

/** Writes a file so that it is there whole or not at all. */
export async function writeAtomic(
  path: string,
  data: string | Uint8Array,
  options: { readonly mode?: number } = {},
): Promise<void> {
  const partial = `${path}.partial-${process.pid}`
  await writeFile(partial, data, options)
  await rename(partial, path)
}
