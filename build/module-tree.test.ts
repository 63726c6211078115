import assert from 'node:assert/strict'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, before, test } from 'node:test'
import { copyModules, type Modules, moduleFiles, readModules, writeModuleIndex } from './module-tree.ts'
import { runProgram } from './run-program.ts'
import type { ToolsTree } from './tools-tree.ts'

const release = '6.12.1-test'
const dir = await mkdtemp(join(tmpdir(), 'afloat-modules-'))
after(() => rm(dir, { recursive: true }))

// As depmod writes them, packed and not.
const files: Readonly<Record<string, string>> = {
  'modules.dep': `kernel/fs/ext4.ko.xz: kernel/lib/crc16.ko.xz kernel/fs/jbd2.ko
kernel/fs/jbd2.ko:
kernel/lib/crc16.ko.xz:
kernel/net/virtio-net.ko.xz:
`,
  'modules.builtin': 'kernel/fs/overlayfs/over-lay.ko\n',
  'modules.alias': `# Aliases
alias fs-ext4 ext4
alias virtio:d00000001v* virtio_net
alias odd line here
`,
  'modules.softdep': '# Soft dependencies\nsoftdep virtio_net pre: crc16\nsoftdep jbd2 post: x\n',
  'kernel/fs/jbd2.ko': 'jbd2',
}

let modules: Modules

before(async () => {
  const home = join(dir, 'usr/lib/modules', release)
  for (const [name, text] of Object.entries(files)) {
    await mkdir(join(home, dirname(name)), { recursive: true })
    await writeFile(join(home, name), text)
  }
  await mkdir(join(home, 'kernel/lib'))
  await writeFile(join(home, 'kernel/lib/crc16.ko'), 'crc16')
  await runProgram(['xz', join(home, 'kernel/lib/crc16.ko')])
  modules = await readModules(dir)
})

test('moduleFiles() adds what a driver needs, and knows "-" for "_"', () => {
  assert.deepEqual(moduleFiles(modules, ['virtio_net', 'ext4'], 'list'), [
    'kernel/fs/ext4.ko.xz',
    'kernel/fs/jbd2.ko',
    'kernel/lib/crc16.ko.xz',
    'kernel/net/virtio-net.ko.xz',
  ])
  assert.deepEqual(moduleFiles(modules, ['over_lay', 'absent?'], 'list'), [])
})

test('moduleFiles() names the list of a driver that no kernel has', () => {
  assert.throws(() => moduleFiles(modules, ['absent'], 'packs/base.modules'), {
    code: 'build/no-such-module',
    message: `Cannot add driver "absent" to the initramfs: kernel ${release} has none`,
    hint: 'Correct packs/base.modules',
  })
})

test('copyModules() unpacks what is packed', async () => {
  const tree = join(dir, 'tree')
  const tools: Pick<ToolsTree, 'run'> = { run: (argv, { input = '' } = {}) => runProgram(argv, { input }) }
  await copyModules(tools as ToolsTree, modules, ['kernel/fs/jbd2.ko', 'kernel/lib/crc16.ko.xz'], tree)
  const read = (name: string) => readFile(join(tree, 'usr/lib/modules', release, name), 'utf8')
  assert.equal(await read('kernel/fs/jbd2.ko'), 'jbd2')
  assert.equal(await read('kernel/lib/crc16.ko'), 'crc16')
  await assert.rejects(read('kernel/lib/crc16.ko.xz'))
})

test('writeModuleIndex() tells of the given drivers only, by names that are not packed', async () => {
  const tree = join(dir, 'index')
  await writeModuleIndex(modules, ['kernel/fs/ext4.ko.xz', 'kernel/net/virtio-net.ko.xz'], tree)
  const read = (name: string) => readFile(join(tree, 'usr/lib/modules', release, name), 'utf8')
  assert.equal(
    await read('modules.dep'),
    'kernel/fs/ext4.ko: kernel/lib/crc16.ko kernel/fs/jbd2.ko\nkernel/net/virtio-net.ko:\n',
  )
  assert.equal(await read('modules.alias'), 'alias fs-ext4 ext4\nalias virtio:d00000001v* virtio_net\n')
  assert.equal(await read('modules.softdep'), 'softdep virtio_net pre: crc16\n')
})
