import { chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { cached, keyOf, sources } from '../cache.ts'
import { addFiles, mergedFolders } from '../file-tree.ts'
import { runProgram } from '../run-program.ts'
import type { ToolsTree } from '../tools-tree.ts'
import { type B2cBase, builders } from './base.ts'
import { compileStub, ensureCompiler } from './compile.ts'
import { packTree } from './pack-tree.ts'
import { stubs } from './parts.ts'
import { ensureTestImage, type TestImage, testImageName } from './test-image.ts'

/**
 * Returns an initramfs that does nothing but run the test image with crun: no other way to start a container on the base's
 * kernel can be faster. It prints "floor: [SECONDS]", the time since the kernel started, and then what the command prints.
 */
export async function ensureB2cFloor(
  tools: ToolsTree,
  base: B2cBase,
  command: readonly string[],
): Promise<string> {
  const image = await ensureTestImage(tools)
  const code = await sources('build/boot2container/floor.ts', ...builders)
  const dir = await cached('b2c', keyOf([base.key, image.layout, command, code]), async (partial) => {
    const tree = join(partial, 'tree')
    await fillFloor(tools, base, image, command, tree)
    await packTree(tools, tree, mergedFolders, base.inputs.packages.epoch, join(partial, 'initramfs'))
    await rm(tree, { recursive: true })
  })
  return join(dir, 'initramfs')
}

/** Both from the packages of the base, and so is the stub that crun gets there. */
const programs = ['usr/bin/busybox', 'usr/bin/crun']
const crunStub = 'libsystemd.so.0'

async function fillFloor(
  tools: ToolsTree,
  { inputs }: B2cBase,
  image: TestImage,
  command: readonly string[],
  tree: string,
): Promise<void> {
  const { packages, architecture } = inputs
  for (const name of ['bundle/rootfs', 'dev', 'proc', 'run', 'sys', 'usr/bin', 'usr/lib'])
    await mkdir(join(tree, name), { recursive: true })
  await addFiles(tools, packages.root, programs, tree, { architecture, without: stubs })
  await compileStub(await ensureCompiler(), architecture, crunStub, join(tree, 'usr/lib', crunStub))
  await unpackImage(image, join(tree, 'bundle/rootfs'))
  await writeFile(join(tree, 'bundle/config.json'), JSON.stringify(bundleOf(command)))
  await writeFile(join(tree, 'init'), init)
  await chmod(join(tree, 'init'), 0o755)
}

/** Unpacks the layers of an image from its layout. */
async function unpackImage({ layout }: TestImage, root: string): Promise<void> {
  const dir = layout.slice(0, -`:${testImageName}`.length)
  const blob = (digest: string) => join(dir, 'blobs', digest.replace(':', '/'))
  const read = async (path: string) => JSON.parse(await readFile(path, 'utf8'))
  const index = (await read(join(dir, 'index.json'))) as { manifests: { digest: string }[] }
  const manifest = (await read(blob(index.manifests[0]!.digest))) as { layers: { digest: string }[] }
  for (const { digest } of manifest.layers)
    await runProgram(['tar', '--extract', '--gzip', `--file=${blob(digest)}`, `--directory=${root}`])
}

const init = `#!/bin/busybox sh
/bin/busybox mount -t proc proc /proc
/bin/busybox mount -t sysfs sysfs /sys
/bin/busybox mount -t devtmpfs devtmpfs /dev
/bin/busybox mount -t tmpfs tmpfs /run
/bin/busybox mount -t cgroup2 cgroup2 /sys/fs/cgroup
read -r uptime idle </proc/uptime
echo "floor: [$uptime]"
/bin/crun --cgroup-manager=cgroupfs run --no-pivot --bundle=/bundle floor
/bin/busybox poweroff -f
`

/** As privileged as the containers of boot2container are, with the network of the machine. Source: OCI runtime-spec 1.2, config.md */
function bundleOf(command: readonly string[]) {
  return {
    ociVersion: '1.0.2',
    process: { user: { uid: 0, gid: 0 }, args: command, env: ['PATH=/bin'], cwd: '/' },
    root: { path: 'rootfs' },
    mounts: [
      { destination: '/proc', type: 'proc', source: 'proc' },
      { destination: '/dev', type: 'tmpfs', source: 'tmpfs', options: ['nosuid', 'mode=755'] },
      { destination: '/sys', type: 'sysfs', source: 'sysfs' },
    ],
    linux: { namespaces: ['pid', 'ipc', 'uts', 'mount', 'cgroup'].map((type) => ({ type })) },
  }
}
