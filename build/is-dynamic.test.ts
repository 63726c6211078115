import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { isDynamic } from './is-dynamic.ts'
import { repoDir } from './paths.ts'

test('isDynamic() tells programs that need libraries from files that do not', async () => {
  assert.equal(await isDynamic(process.execPath), true)
  assert.equal(await isDynamic(join(repoDir, 'package.json')), false)
})
