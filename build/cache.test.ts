import assert from 'node:assert/strict'
import { mkdir, mkdtemp, readdir, rm, symlink, utimes } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { prune } from './cache.ts'

test('prune() keeps the newest results, and bears what another build removes meanwhile', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'afloat-cache-'))
  const before = process.env['AFLOAT_CACHE']
  process.env['AFLOAT_CACHE'] = dir
  try {
    const home = join(dir, 'kind')
    for (const [age, name] of ['newest', 'older', 'oldest'].entries()) {
      await mkdir(join(home, name), { recursive: true })
      const at = Date.now() / 1000 - 7200 * (age + 1)
      await utimes(join(home, name), at, at)
    }
    // There when the folder is listed, and gone when it is looked at.
    await symlink('nowhere', join(home, 'gone'))
    await prune('kind', 2)
    assert.deepEqual(await readdir(home), ['newest', 'older'])
  } finally {
    if (before === undefined) delete process.env['AFLOAT_CACHE']
    else process.env['AFLOAT_CACHE'] = before
    await rm(dir, { recursive: true, force: true })
  }
})
