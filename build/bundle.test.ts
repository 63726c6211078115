import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { bundleHostProgram } from './bundle.ts'
import { repoDir } from './paths.ts'

test('bundleHostProgram() makes one module that imports nothing but what QuickJS has', async () => {
  const text = await bundleHostProgram('host/provision/main.ts')
  const imports = [...text.matchAll(/^import .* from "(.*)";$/gm)].map((match) => match[1])
  assert.deepEqual([...new Set(imports)].sort(), ['os', 'std'])
  assert.ok(!text.includes(repoDir), 'no path of this checkout')
})

test('bundleHostProgram() gives the same bytes for the same sources, however the entry is named', async () => {
  const text = await bundleHostProgram('host/provision/main.ts')
  assert.equal(await bundleHostProgram(join(repoDir, 'host/provision/main.ts')), text)
})

test('bundleHostProgram() refuses modules of Node', async () => {
  const dir = await mkdtemp('/tmp/afloat-bundle-')
  try {
    await writeFile(join(dir, 'main.ts'), "import { readFileSync } from 'node:fs'\nreadFileSync('x')\n")
    await assert.rejects(bundleHostProgram(join(dir, 'main.ts')), /Could not resolve "node:fs"/)
  } finally {
    await rm(dir, { recursive: true })
  }
})
