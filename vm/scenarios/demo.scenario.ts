import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { repoDir } from '@afloat/build/paths'
import { readVersion } from '@afloat/build/version'
import { startCli } from './cli.ts'

test('afloat demo --json tells what it has seen', async () => {
  const { code, stdout, stderr } = await startCli(['demo', '--json']).ended
  assert.equal(code, 0, stderr)
  const facts = JSON.parse(stdout)
  const page = await readFile(join(repoDir, 'examples/web/www/index.html'))
  assert.equal(facts.ok, true)
  assert.equal(facts.image.version, readVersion())
  assert.match(facts.image.usrRootHash, /^[0-9a-f]{64}$/)
  assert.ok(facts.image.bytes > 1e9)
  assert.match(facts.vm.accel, /^(kvm|tcg)$/)
  assert.equal(facts.container.name, 'web')
  assert.ok(facts.container.pid > 1)
  assert.deepEqual(facts.http, { status: 200, bodySha256: createHash('sha256').update(page).digest('hex') })
  const names = facts.stages.map((stage: { name: string }) => stage.name)
  for (const name of ['Tools tree', 'Operating system (/usr)', 'Kernel', 'Initramfs', 'First answer']) {
    assert.ok(names.includes(name), name)
  }
})

test('afloat demo --json says why it failed, with exit code 1', async () => {
  const { code, stdout } = await startCli(['demo', '--json'], { AFLOAT_CACHE: '/proc/nowhere' }).ended
  assert.equal(code, 1)
  const facts = JSON.parse(stdout)
  assert.equal(facts.ok, false)
  assert.equal(facts.error.code, 'cache/not-writable')
  assert.match(facts.error.message, /\/proc\/nowhere/)
})
