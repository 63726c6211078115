import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { zstdCompressSync } from 'node:zlib'
import { unpackPackages } from '../os-packages.ts'
import { compileWithLibrary, ensureCompiler } from './compile.ts'
import { home } from './parts.ts'

const dir = await mkdtemp(join(tmpdir(), 'afloat-unpack-'))
after(() => rm(dir, { recursive: true }))
const compiler = await ensureCompiler()
const { root } = await unpackPackages(`${home}/packages`)
const source = 'host/boot2container/podman/unpack.c'
await compileWithLibrary(compiler, 'x86_64', { source, root, library: 'libzstd.a' }, join(dir, 'unpack'))

/** A program as large as podman. */
const program = Buffer.concat([Buffer.from('#!/bin/sh\necho started\nexit\n'), Buffer.alloc(40 * 1024 ** 2)])

test('unpack: who sees the program by its name can start it, and who comes late waits for it', async () => {
  await writeFile(join(dir, 'kept'), zstdCompressSync(program))
  const round = [
    'rm -f program; cp kept packed',
    './unpack packed program & until [ -e program ]; do :; done; ./program || exit; wait $! || exit',
    'rm program; cp kept packed',
    './unpack packed program & { ./unpack packed program && ./program; } || exit; wait $! || exit',
    '[ ! -e packed ] || exit 9',
  ]
  const rounds = `for i in $(seq 10); do ${round.join('; ')}; done`
  const said = await compiler.run(['sh', '-c', rounds], { cwd: dir })
  assert.equal(said, 'started\n'.repeat(20))
})
