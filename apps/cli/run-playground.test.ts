import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { runPlayground } from './run-playground.ts'

const dir = mkdtempSync(join(tmpdir(), 'afloat-playground-'))
after(() => rmSync(dir, { recursive: true }))

test('config playground --output writes the page, makes the folders it needs, and says where', async () => {
  const output = join(dir, 'a/b')
  let said = ''
  for (let times = 0; times < 2; times++) {
    said = ''
    await runPlayground({ output, port: 0 }, { out: (text) => (said += text), err: assert.fail })
  }
  assert.equal(said, `${output}/index.html\n`)
  assert.match(readFileSync(join(output, 'index.html'), 'utf8'), /^<!doctype html>\n[\s\S]*<\/html>\n$/)
})

test('config playground --output says where nothing can be written', async () => {
  await assert.rejects(
    runPlayground({ output: '/proc/none', port: 0 }, { out: assert.fail, err: assert.fail }),
    {
      code: 'config/not-writable',
      message: /^Cannot write "\/proc\/none\/index\.html": /,
    },
  )
})
