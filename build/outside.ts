import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { fileMissing, libraryPath, neededLibraries } from './needed-libraries.ts'
import type { ToolsTree } from './tools-tree.ts'

/** Where the machine keeps them: in memory, so that nothing that runs holds on to a slot. */
const outsideHome = '/run/afloat/outside'

/** Programs that stay for as long as a container runs, by their place in the tree of `/usr`. */
const programs = ['usr/bin/conmon', 'usr/lib/podman/aardvark-dns']
/** The same, linked statically. */
const staticPrograms = ['usr/bin/catatonit']

const loader = 'ld-linux-x86-64.so.2'

/**
 * Puts copies of what stays resident beside a container, with the libraries and the loader it needs, into
 * `usr/lib/afloat/outside/HASH` of a tree. They are changed to find each other in `/run/afloat/outside/HASH`, where
 * afloat-outside.service copies them, so that those of several releases can be there at once.
 */
export async function addOutside(tools: ToolsTree, target: string): Promise<void> {
  const libraries = await neededLibraries(tools, target, programs)
  const files = [
    ...[...programs, ...staticPrograms].map((path) => join(target, path)),
    ...libraries.map((name) => libraryPath(target, name)),
  ]
  const hash = await hashFiles(files)
  const home = join(target, 'usr/lib/afloat/outside', hash)
  await mkdir(home, { recursive: true })
  for (const file of files) await cp(file, join(home, basename(file)), { dereference: true })
  for (const program of programs) {
    const place = join(outsideHome, hash)
    // as RPATH, not RUNPATH, it holds for the libraries of libraries too
    const paths = ['--set-interpreter', `${place}/${loader}`, '--force-rpath', '--set-rpath', place]
    await tools.run(['patchelf', ...paths, join(home, basename(program))])
  }
  await writeFile(join(target, 'usr/lib/afloat/outside/current'), `${hash}\n`)
}

async function hashFiles(files: readonly string[]): Promise<string> {
  const hash = createHash('sha256')
  for (const file of files) {
    if (!existsSync(file)) throw fileMissing(file)
    hash.update(`\0${basename(file)}\0`).update(await readFile(file))
  }
  return hash.digest('hex').slice(0, 16)
}
