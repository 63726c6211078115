import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, test } from 'node:test'
import type { ToolsTree } from '@afloat/build/tools-tree'
import { Shares } from './shares.ts'

const dir = await mkdtemp(join(tmpdir(), 'afloat-shares-'))
after(() => rm(dir, { recursive: true }))

/** Tools whose server of files does what `script` says; the path of its socket is $1. */
function toolsWith(script: string) {
  const started: { argv: readonly string[]; ended: Promise<void> }[] = []
  const tools: Pick<ToolsTree, 'spawn'> = {
    spawn(argv, options = {}) {
      const socket = argv.find((word) => word.startsWith('--socket-path='))!.slice('--socket-path='.length)
      const child = spawn('sh', ['-c', script, 'sh', socket], options)
      const ended = new Promise<void>((resolve) => child.once('close', () => resolve()))
      started.push({ argv, ended })
      return child
    },
  }
  return { tools: tools as ToolsTree, started }
}

const serving = 'touch "$1"; exec sleep 60'

test('Shares serve a folder each, on sockets that QEMU is told of, and leave nothing', async () => {
  const { tools, started } = toolsWith(serving)
  const shares = await Shares.start(tools, ['/a', '/b b'])
  const folders = started.map(({ argv }) => argv.find((word) => word.startsWith('--shared-dir=')))
  assert.deepEqual(folders, [
    `--shared-dir=/proc/${process.pid}/root/a`,
    `--shared-dir=/proc/${process.pid}/root/b b`,
  ])
  const args = shares.qemuArgs(512)
  const sockets = args.flatMap((word) => /^socket,id=share\d,path=(.*)$/.exec(word)?.[1] ?? [])
  assert.equal(sockets.length, 2)
  assert.ok(sockets.every((path) => existsSync(path) && path.length < 100))
  assert.deepEqual(
    args.filter((word) => /memfd|vhost/.test(word)),
    [
      'memory-backend-memfd,id=memory,size=512M,share=on',
      'vhost-user-fs-pci,chardev=share0,tag=share0',
      'vhost-user-fs-pci,chardev=share1,tag=share1',
    ],
  )
  await shares.stop()
  await Promise.all(started.map(({ ended }) => ended))
  assert.equal(existsSync(dirname(sockets[0]!)), false)
})

test('Shares write an init that mounts them and goes on with that of the base', async () => {
  const shares = await Shares.start(toolsWith(serving).tools, ['/a', '/b'])
  try {
    const path = join(dir, 'archive')
    await shares.writeArchive(path)
    const text = await readFile(path, 'latin1')
    assert.match(text, /^070701[0-9A-F]+init\0/)
    const lines = text.slice(text.indexOf('#!')).split('\n')
    assert.deepEqual(lines.slice(2, 5), [
      'mkdir -p /share/0 && mount -t virtiofs share0 /share/0',
      'mkdir -p /share/1 && mount -t virtiofs share1 /share/1',
      'exec /usr/lib/afloat/init.sh',
    ])
  } finally {
    await shares.stop()
  }
})

test('Shares ask nothing of QEMU where nothing is shared', async () => {
  const shares = await Shares.start(toolsWith('exit 1').tools, [])
  assert.deepEqual(shares.qemuArgs(512), [])
  await shares.stop()
})

test('Shares say what the server said when it does not start, and end those that did', async () => {
  const { tools, started } = toolsWith(
    'case $1 in */0.sock) touch "$1"; exec sleep 60;; esac; echo no memory >&2; exit 1',
  )
  await assert.rejects(Shares.start(tools, ['/a', '/b']), {
    code: 'vm/share-failed',
    message: 'Cannot share "/b": no memory',
  })
  await Promise.all(started.map(({ ended }) => ended))
})
