import { chmod, cp, lstat, mkdir, readdir, readFile, readlink, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { type CpioEntry, formatCpio } from '@afloat/archive'
import { AfloatError } from '@afloat/report'
import { readList } from './cache.ts'
import { kernelOf } from './os-packages.ts'
import { repoDir } from './paths.ts'
import { runProgram } from './run-program.ts'
import type { ToolsTree } from './tools-tree.ts'

export type InitramfsInputs = {
  readonly tools: ToolsTree
  /** Unpacked Debian packages: programs, libraries and modules come from here. */
  readonly root: string
  /** The bundled program that PID 1 starts. */
  readonly init: string
  /** Seconds since the epoch, for all members. */
  readonly epoch: number
}

/**
 * Writes the initramfs that finds and verifies /usr: busybox, qjs, dmsetup, the drivers of
 * `image/initramfs.modules` and PID 1. Nothing else: other work is done by programs of the verified /usr.
 */
export async function writeInitramfs(inputs: InitramfsInputs, work: string, output: string): Promise<void> {
  const tree = join(work, 'initramfs')
  for (const dir of ['dev', 'proc', 'sys', 'run', 'stage', 'sysroot', 'usr/bin', 'usr/lib', 'tmp']) {
    await mkdir(join(tree, dir), { recursive: true })
  }
  await addPrograms(inputs, tree)
  await addModules(inputs, tree)
  await cp(join(repoDir, 'host/init/init.sh'), join(tree, 'init'))
  await chmod(join(tree, 'init'), 0o755)
  await mkdir(join(tree, 'usr/lib/afloat'), { recursive: true })
  await writeFile(join(tree, 'usr/lib/afloat/init.js'), inputs.init)
  const cpio = join(work, 'initramfs.cpio')
  await writeFile(cpio, formatCpio([...links, ...(await membersOf(tree))], inputs.epoch))
  await inputs.tools.run(['zstd', '--quiet', '-19', '--threads=1', '--no-check', cpio, '-o', output])
}

const links: CpioEntry[] = [
  { kind: 'link', path: 'bin', target: 'usr/bin' },
  { kind: 'link', path: 'sbin', target: 'usr/bin' },
  { kind: 'link', path: 'lib', target: 'usr/lib' },
  { kind: 'link', path: 'lib64', target: 'usr/lib' },
]

async function addPrograms(inputs: InitramfsInputs, tree: string): Promise<void> {
  const programs = ['usr/bin/qjs', 'usr/sbin/dmsetup']
  for (const program of programs)
    await copyFrom(inputs.root, program, join(tree, 'usr/bin', basename(program)))
  await copyFrom(inputs.tools.dir, 'usr/bin/busybox', join(tree, 'usr/bin/busybox'))
  for (const library of await librariesOf(inputs.root, programs)) {
    await copyFrom(inputs.root, library, join(tree, 'usr/lib', basename(library)))
  }
}

/** Copies the file behind `path`, following links, and makes it executable. */
async function copyFrom(root: string, path: string, target: string): Promise<void> {
  let file = path
  for (
    let info = await lstat(join(root, file));
    info.isSymbolicLink();
    info = await lstat(join(root, file))
  ) {
    const to = await readlink(join(root, file))
    file = to.startsWith('/') ? to.slice(1) : join(dirname(file), to)
  }
  await cp(join(root, file), target)
  await chmod(target, 0o755)
}

/** Returns the shared libraries of programs, by the answer of the target's own loader. */
async function librariesOf(root: string, programs: readonly string[]): Promise<string[]> {
  const found = new Set<string>()
  for (const program of programs) {
    const loader = '/usr/lib64/ld-linux-x86-64.so.2'
    const text = await runProgram(['chroot', root, loader, '--list', `/${program}`])
    for (const match of text.matchAll(/(\/\S+) \(0x/g)) found.add(match[1]!.slice(1))
  }
  return [...found].sort()
}

/**
 * Copies drivers and those they depend on, unpacked: the whole archive is compressed once, which is smaller
 * than a compressed archive of compressed files.
 */
async function addModules(inputs: InitramfsInputs, tree: string): Promise<void> {
  const home = join(inputs.root, 'usr/lib/modules')
  const kernel = await kernelOf(inputs.root)
  const dependencies = await readDependencies(join(home, kernel, 'modules.dep'))
  const wanted = new Set<string>()
  for (const name of await readList(join(repoDir, 'image/initramfs.modules'))) {
    const file = dependencies.byName.get(name.replaceAll('-', '_'))
    if (file === undefined) {
      const builtin = await readFile(join(home, kernel, 'modules.builtin'), 'utf8')
      if (builtin.includes(`/${name}.ko`)) continue
      throw new AfloatError(
        'build/no-such-module',
        `Cannot add driver "${name}" to the initramfs: kernel ${kernel} has none`,
        {
          hint: 'Correct image/initramfs.modules',
        },
      )
    }
    wanted.add(file)
    for (const other of dependencies.of.get(file) ?? []) wanted.add(other)
  }
  for (const file of [...wanted].sort()) {
    const target = join(tree, 'usr/lib/modules', kernel, file.replace(/\.xz$/, ''))
    await mkdir(dirname(target), { recursive: true })
    await inputs.tools.run([
      'sh',
      '-c',
      'exec xz --decompress --stdout "$1" > "$2"',
      'sh',
      join(home, kernel, file),
      target,
    ])
  }
  for (const name of ['modules.builtin', 'modules.order', 'modules.builtin.modinfo']) {
    await cp(join(home, kernel, name), join(tree, 'usr/lib/modules', kernel, name))
  }
  await inputs.tools.run(['depmod', '--basedir', join(tree, 'usr'), '--all', kernel])
  for (const name of await readdir(join(tree, 'usr/lib/modules', kernel))) {
    // busybox reads the text forms; the rest is for other tools
    if (!['kernel', 'modules.dep', 'modules.alias', 'modules.softdep'].includes(name)) {
      await runProgram(['rm', '-f', join(tree, 'usr/lib/modules', kernel, name)])
    }
  }
}

async function readDependencies(path: string) {
  const byName = new Map<string, string>()
  const of = new Map<string, string[]>()
  for (const line of (await readFile(path, 'utf8')).split('\n')) {
    const [file, others = ''] = line.split(':')
    if (file === undefined || file === '') continue
    byName.set(
      basename(file)
        .replace(/\.ko(\.xz)?$/, '')
        .replaceAll('-', '_'),
      file,
    )
    of.set(
      file,
      others
        .trim()
        .split(' ')
        .filter((name) => name !== ''),
    )
  }
  return { byName, of }
}

/** Lists a tree for the archive: parents first, names in byte order. */
async function membersOf(tree: string, below = ''): Promise<CpioEntry[]> {
  const entries: CpioEntry[] = []
  for (const name of (await readdir(join(tree, below))).sort()) {
    const path = join(below, name)
    const info = await lstat(join(tree, path))
    if (info.isDirectory())
      entries.push({ kind: 'directory', path, mode: 0o755 }, ...(await membersOf(tree, path)))
    else if (info.isSymbolicLink())
      entries.push({ kind: 'link', path, target: await readlink(join(tree, path)) })
    else
      entries.push({
        kind: 'file',
        path,
        mode: info.mode & 0o111 ? 0o755 : 0o644,
        data: await readFile(join(tree, path)),
      })
  }
  return entries
}
