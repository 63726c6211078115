import assert from 'node:assert/strict'
import { existsSync, readdirSync } from 'node:fs'
import { mkdtemp, rm, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { cacheDir } from '@afloat/build/cache'
import { repoDir } from '@afloat/build/paths'
import { isSoak, seededRandom } from '@afloat/build/testkit/seed'
import { ensureToolsTree } from '@afloat/build/tools-tree'
import { startCli } from './cli.ts'
import { processesLeft } from './processes-with.ts'

/** From the first stage of a build to a machine that is up; the build starts with nothing but the tools tree. */
const spanMs = 75_000

test('Ctrl-C at any stage of a run leaves no process, and the next run works', async (t) => {
  await ensureToolsTree()
  const random = seededRandom().fork('interrupt')
  const cache = await mkdtemp(join(cacheDir(), 'interrupt-'))
  try {
    await symlink(join(cacheDir(), 'tools'), join(cache, 'tools'))
    const web = join(repoDir, 'examples/web.yaml')
    const env = { AFLOAT_CACHE: cache }
    for (let i = 0; i < (isSoak() ? 10 : 3); i++) {
      // what one round has built the next one reuses, so the later rounds are cut in the later stages
      const waitMs = Math.floor(random.int(0, spanMs) / (i + 1))
      const run = startCli(['run', web, '--name', `cut-${i}`], env)
      // Before it has begun with anything a signal ends it as it ends any program.
      await run.spoken
      await Promise.race([sleep(waitMs), run.ended])
      run.signal('SIGINT')
      const { code, stderr } = await run.ended
      t.diagnostic(`Ctrl-C after ${waitMs} ms: ${stderr.trim().split('\n').at(-1)}`)
      assert.ok(code === 130 || code === 0, `exit code ${code}\n${stderr}`)
      assert.deepEqual(await processesLeft(cache), [], 'processes were left running')
      assert.deepEqual(existsSync(join(cache, 'machines')) ? readdirSync(join(cache, 'machines')) : [], [])
    }
    const last = startCli(['image', 'build'], env)
    assert.equal((await last.ended).code, 0)
  } finally {
    await rm(cache, { recursive: true, force: true })
  }
})
