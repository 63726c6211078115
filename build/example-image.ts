import { cp, mkdir, readdir, readFile, rm, symlink } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { cached, keyOf, sources } from './cache.ts'
import { libraryPath, neededLibraries } from './needed-libraries.ts'
import { writeOciImage } from './oci-image.ts'
import { type UnpackedPackages, unpackPackages } from './os-packages.ts'
import { repoDir } from './paths.ts'
import { ensureToolsTree } from './tools-tree.ts'

const home = join(repoDir, 'examples/web')
const server = '/usr/sbin/lighttpd'
const settings = 'lighttpd.conf'
const pages = 'www'

/**
 * Returns the OCI image of the web server of `examples/web.yaml` as "LAYOUT:TAG": lighttpd and busybox of Debian, the
 * libraries they need, and the files of `examples/web`.
 */
export async function ensureWebImage(): Promise<string> {
  const packages = await unpackPackages('examples/web/packages')
  const code = await sources('build/example-image.ts', 'build/needed-libraries.ts', 'build/oci-image.ts')
  const key = keyOf([code, packages.key, packages.packages, await readFiles(['packages', settings, pages])])
  const dir = await cached('containers', key, async (partial) => {
    const root = join(partial, 'root')
    await fill(root, packages)
    const inputs = { root, command: [server, '-D', '-f', `/etc/${settings}`], exposedPorts: ['80/tcp'] }
    await writeOciImage(inputs, join(partial, 'layout'), '1')
    await rm(root, { recursive: true })
  })
  return `${join(dir, 'layout')}:1`
}

/** Makes the file tree of the image: no more than what runs in it. */
async function fill(root: string, packages: UnpackedPackages): Promise<void> {
  const tools = await ensureToolsTree()
  const libraries = await neededLibraries(tools, packages.root, [server])
  const copies: [from: string, to: string][] = [
    [join(packages.root, 'usr/bin/busybox'), '/bin/busybox'],
    [join(packages.root, server), server],
    ...libraries.map((name): [string, string] => [libraryPath(packages.root, name), `/lib/${name}`]),
    [join(home, settings), `/etc/${settings}`],
    [join(home, pages), `/${pages}`],
  ]
  for (const [from, to] of copies) {
    await mkdir(dirname(join(root, to)), { recursive: true })
    await cp(from, join(root, to), { recursive: true, dereference: true })
  }
  await symlink('lib', join(root, 'lib64')) // where programs look for the loader
  for (const name of ['tmp', 'var']) await mkdir(join(root, name), { recursive: true })
}

async function readFiles(names: readonly string[]): Promise<string[][]> {
  const paths: string[] = []
  for (const name of names) {
    const inside = await readdir(join(home, name)).catch(() => undefined) // a file
    paths.push(...(inside === undefined ? [name] : inside.sort().map((file) => join(name, file))))
  }
  return await Promise.all(
    paths.map(async (path) => [basename(path), await readFile(join(home, path), 'base64')]),
  )
}
