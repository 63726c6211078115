import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { bundleHostProgram } from '../../build/bundle.ts'
import { ensureToolsTree } from '../../build/tools-tree.ts'

test('quickjsSys() keeps every promise of Sys on real QuickJS', async (t) => {
  const tree = await ensureToolsTree()
  const dir = await mkdtemp('/tmp/afloat-sys-')
  try {
    await writeFile(join(dir, 'program.js'), await bundleHostProgram('host/sys/testing/quickjs-program.ts'))
    const output = await tree.run(
      ['qjs', '--std', '--no-unhandled-rejection', '-m', join(dir, 'program.js'), dir],
      { cwd: dir },
    )
    const results = output
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { name: string; actual: unknown; expected: unknown })
    assert.ok(results.length > 30)
    for (const { name, actual, expected } of results) {
      await t.test(name, () => assert.deepEqual(actual, expected))
    }
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
})
