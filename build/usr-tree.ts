import { createHash } from 'node:crypto'
import { existsSync, globSync } from 'node:fs'
import {
  cp,
  lstat,
  mkdir,
  readdir,
  readFile,
  readlink,
  rename,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises'
import { join, relative } from 'node:path'
import { readList } from './cache.ts'
import type { UnpackedPackages } from './os-packages.ts'
import { addOutside } from './outside.ts'
import { repoDir } from './paths.ts'
import { runProgram } from './run-program.ts'
import type { ToolsTree } from './tools-tree.ts'

/** Where the pristine `/etc` of a release lives; on a running machine it is the lower layer of the overlay. */
export const etcHome = 'usr/share/afloat/etc'

/**
 * Makes the file tree of `/usr` in `target` from unpacked packages: files of `image/dist` on top, what
 * `image/os.remove` names taken out, and done at build time what maintainer scripts would do on a machine
 * (users, unit presets, linker cache, certificate bundle). It is the same for all releases of these packages.
 * Afterwards `target` holds nothing but `usr`; `/etc` has moved to `usr/share/afloat/etc`.
 */
export async function makeUsrTree(
  tools: ToolsTree,
  packages: UnpackedPackages,
  target: string,
): Promise<void> {
  await runProgram(['cp', '--archive', '--reflink=auto', `${packages.root}/.`, target])
  await addSystemUsers(target)
  await cp(join(repoDir, 'image/dist'), target, { recursive: true, verbatimSymlinks: true })
  await addFixedFiles(target)
  await bundleCertificates(target)
  await addOutside(tools, target)
  await settle(target)
  await removeUnwanted(target)
  await removeDangling(join(target, 'etc'))
  await mkdir(join(target, 'usr/share/afloat'), { recursive: true })
  await rename(join(target, 'etc'), join(target, etcHome))
  for (const name of await readdir(target)) {
    if (name !== 'usr') await rm(join(target, name), { recursive: true, force: true })
  }
}

/** Hashes everything in `image/dist` and the remove list: the inputs of the tree that are not packages. */
export async function hashImageData(): Promise<string> {
  const hash = createHash('sha256')
  hash.update(await readFile(join(repoDir, 'image/os.remove')))
  const home = join(repoDir, 'image/dist')
  for (const path of globSync('**', { cwd: home }).sort()) {
    const info = await lstat(join(home, path))
    if (info.isDirectory()) continue
    const content = info.isSymbolicLink()
      ? await readlink(join(home, path))
      : await readFile(join(home, path))
    hash.update(`\0${path}\0${info.mode}\0`).update(content)
  }
  return hash.digest('hex')
}

/** Every account starts without a password that fits; without its line in /etc/shadow, PAM refuses even a key. */
async function addSystemUsers(target: string): Promise<void> {
  const passwd = await readFile(join(target, 'usr/share/base-passwd/passwd.master'), 'utf8')
  const group = await readFile(join(target, 'usr/share/base-passwd/group.master'), 'utf8')
  const names = passwd.split('\n').flatMap((line) => line.split(':')[0] || [])
  await writeFile(join(target, 'etc/passwd'), passwd.replace(/^([^:]+):\*:/gm, '$1:x:'))
  await writeFile(join(target, 'etc/group'), group.replace(/^([^:]+):\*:/gm, '$1:x:'))
  await writeFile(join(target, 'etc/shadow'), names.map((name) => `${name}:*:::::::\n`).join(''), {
    mode: 0o640,
  })
  await runProgram(['chown', 'root:42', join(target, 'etc/shadow')]) // group "shadow" of base-passwd
  await inTree(target, ['systemd-sysusers'])
  for (const name of ['passwd-', 'group-', 'shadow-', 'gshadow-', '.pwd.lock', '.updated']) {
    await rm(join(target, 'etc', name), { force: true })
  }
}

async function addFixedFiles(target: string): Promise<void> {
  await symlinkOver('../usr/lib/os-release', join(target, 'etc/os-release'))
  await symlinkOver('../run/systemd/resolve/stub-resolv.conf', join(target, 'etc/resolv.conf'))
  await symlinkOver('../usr/share/zoneinfo/Etc/UTC', join(target, 'etc/localtime'))
  await symlinkOver('/proc/self/mounts', join(target, 'etc/mtab'))
  await symlinkOver('gawk', join(target, 'usr/bin/awk'))
}

async function bundleCertificates(target: string): Promise<void> {
  const home = join(target, 'usr/share/ca-certificates/mozilla')
  const names = (await readdir(home)).filter((name) => name.endsWith('.crt')).sort()
  const texts = await Promise.all(names.map((name) => readFile(join(home, name), 'utf8')))
  await mkdir(join(target, 'etc/ssl/certs'), { recursive: true })
  await writeFile(join(target, 'etc/ssl/certs/ca-certificates.crt'), texts.join(''))
  await rm(join(target, 'usr/share/ca-certificates'), { recursive: true })
}

/** Runs the target's own programs for what depends on its contents. */
async function settle(target: string): Promise<void> {
  await inTree(target, ['ldconfig', '-X'])
  await inTree(target, ['systemctl', 'preset-all'])
  await rm(join(target, 'etc/machine-id'), { force: true })
}

async function removeUnwanted(target: string): Promise<void> {
  for (const pattern of await readList(join(repoDir, 'image/os.remove'))) {
    for (const path of globSync(pattern, { cwd: target }))
      await rm(join(target, path), { recursive: true, force: true })
  }
}

/** Removes links in /etc that point nowhere in the image (units of packages that were taken out). */
async function removeDangling(etc: string): Promise<void> {
  const root = join(etc, '..')
  for (const path of globSync('systemd/**', { cwd: etc })) {
    const file = join(etc, path)
    if (!(await lstat(file)).isSymbolicLink()) continue
    const to = await readlink(file)
    if (to.startsWith('/') && to !== '/dev/null' && !existsSync(join(root, relative('/', to)))) await rm(file)
  }
}

async function inTree(target: string, argv: readonly string[]): Promise<void> {
  await runProgram(['chroot', target, ...argv], {
    env: { PATH: '/usr/sbin:/usr/bin', LC_ALL: 'C.UTF-8', SOURCE_DATE_EPOCH: '0', SYSTEMD_OFFLINE: '1' },
  })
}

async function symlinkOver(to: string, path: string): Promise<void> {
  await rm(path, { force: true })
  await symlink(to, path)
}
