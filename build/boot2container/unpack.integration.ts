import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { cacheDir } from '../cache.ts'
import { ensureToolsTree } from '../tools-tree.ts'
import { unpackProgram } from './base.ts'
import { ensureCompiler } from './compile.ts'
import { packFrames } from './pack-frames.ts'
import { unpackInputs } from './parts.ts'

test('unpack: makes of all frames the file that they were made of, and fails on what is none', async () => {
  const tools = await ensureToolsTree()
  const inputs = await unpackInputs(tools, 'x86_64', 'vm')
  const dir = await mkdtemp(join(cacheDir(), 'unpack-'))
  try {
    const [program, packed, output] = ['unpack', 'packed', 'output'].map((name) => join(dir, name)) as [
      string,
      string,
      string,
    ]
    await unpackProgram(await ensureCompiler(), inputs, program)
    const unpack = (input: string) => spawnSync(program, [input, output]).status

    const file = join(inputs.packages.root, 'usr/bin/crun')
    await packFrames(tools, file, 3, packed)
    assert.equal(unpack(packed), 0)
    assert.deepEqual(await readFile(output), await readFile(file))
    assert.equal((await stat(output)).mode & 0o777, 0o755)

    const bytes = await readFile(packed)
    await writeFile(packed, bytes.subarray(0, bytes.length - 5))
    assert.equal(unpack(packed), 5, 'EIO: cut off')
    await writeFile(packed, bytes.with(bytes.length >> 1, 0xff).fill(0xff, bytes.length - 400))
    assert.equal(unpack(packed), 5, 'EIO: damaged')
    assert.equal(unpack(join(dir, 'nothing')), 2, 'ENOENT')
  } finally {
    await rm(dir, { recursive: true })
  }
})
