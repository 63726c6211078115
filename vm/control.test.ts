import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { AfloatError } from '@afloat/report'
import { askControl, serveControl } from './control.ts'

test('askControl() gets the answer of serveControl(), in a folder whose path no socket address could hold', async () => {
  const root = await mkdtemp(join(tmpdir(), 'afloat-control-'))
  const dir = join(root, 'x'.repeat(120))
  await mkdir(dir)
  const big = 'y'.repeat(3_000_000)
  const server = await serveControl(dir, async (request) => {
    if (request.kind === 'stop') throw new AfloatError('vm/test', 'Refused', { hint: 'Ask again' })
    return { kind: 'exec', code: request.script.length, stdout: big, stderr: '' }
  })
  try {
    const answers = await Promise.all(
      ['a', 'bb'].map((script) => askControl(dir, { kind: 'exec', script, timeoutMs: 1 })),
    )
    assert.deepEqual(
      answers.map((answer) => answer.kind === 'exec' && [answer.code, answer.stdout === big]),
      [
        [1, true],
        [2, true],
      ],
    )
    await assert.rejects(askControl(dir, { kind: 'stop' }), {
      code: 'vm/test',
      message: 'Refused',
      hint: 'Ask again',
    })
  } finally {
    await server.close()
    await rm(root, { recursive: true })
  }
})
