import assert from 'node:assert/strict'
import { mkdir, mkdtemp, readFile, rm, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { cacheDir } from './cache.ts'
import type { ImageManifest } from './image.ts'
import { repoDir } from './paths.ts'
import { runProgram } from './run-program.ts'
import { ensureToolsTree } from './tools-tree.ts'

test('image build: two builds from empty caches give identical files', async () => {
  await ensureToolsTree()
  const first = await buildFromNothing({ TZ: 'UTC', LANG: 'C.UTF-8' }, '022')
  const second = await buildFromNothing({ TZ: 'Asia/Kathmandu', LANG: 'de_DE.UTF-8' }, '077')
  assert.deepEqual(
    second.packages,
    first.packages,
    'The mirror changed between the two builds; run the test again',
  )
  assert.deepEqual(second.artefacts, first.artefacts)
  assert.deepEqual(second, first)
  assert.equal(first.artefacts.length, 5)
})

/** Builds in a cache that holds nothing but the tools tree, and under conditions that must not matter. */
async function buildFromNothing(env: Record<string, string>, umask: string): Promise<ImageManifest> {
  await mkdir(cacheDir(), { recursive: true })
  const cache = await mkdtemp(join(cacheDir(), 'reproducible-'))
  try {
    await symlink(join(cacheDir(), 'tools'), join(cache, 'tools'))
    const output = join(cache, 'output')
    const command = [
      process.execPath,
      join(repoDir, 'apps/cli/main.ts'),
      'image',
      'build',
      '--version',
      '9.8.7',
      '--output',
      output,
    ]
    await runProgram(['sh', '-c', `umask ${umask}; exec "$@"`, 'sh', ...command], {
      env: { ...process.env, ...env, AFLOAT_CACHE: cache },
    })
    return JSON.parse(await readFile(join(output, 'manifest.json'), 'utf8')) as ImageManifest
  } finally {
    await rm(cache, { recursive: true, force: true })
  }
}
