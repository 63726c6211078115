import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { concatFiles } from './concat-files.ts'

test('concatFiles() starts each file at a multiple of four bytes', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'afloat-concat-'))
  try {
    const paths = await Promise.all(
      ['abcde', '', 'wxyz', '1'].map(async (text, i) => {
        await writeFile(join(dir, `${i}`), text)
        return join(dir, `${i}`)
      }),
    )
    await concatFiles(paths, join(dir, 'all'))
    assert.equal(await readFile(join(dir, 'all'), 'latin1'), 'abcde\0\0\0wxyz1\0\0\0')
  } finally {
    await rm(dir, { recursive: true })
  }
})
