import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startCli } from './cli.ts'

test('afloat demo --json tells what it has measured', async (t) => {
  const { code, stdout, stderr } = await startCli(['demo', '--json']).ended
  assert.equal(code, 0, `${stdout}\n${stderr}`)
  const facts = JSON.parse(stdout)
  t.diagnostic(JSON.stringify({ ...facts, stages: undefined }))
  assert.equal(facts.ok, true)
  assert.deepEqual([facts.from, facts.to, facts.action], ['1.0.0', '1.1.0', 'soft-reboot'])
  const [survivor, ...more] = facts.survivors
  assert.deepEqual([survivor.name, more], ['web', []])
  assert.ok(survivor.pidBefore > 1)
  assert.equal(survivor.pidAfter, survivor.pidBefore)
  assert.equal(facts.ordinary[0].name, 'ordinary')
  assert.ok(facts.ordinary[0].downSeconds > 1)
  const { total, failed, maxGapMs, p99Ms } = facts.requests
  assert.equal(failed, 0)
  assert.ok(total > 100 && p99Ms > 0 && maxGapMs > 0, stdout)
  assert.ok(facts.softRebootSeconds > 0 && facts.fullRebootSeconds > 0, stdout)
  assert.equal(facts.oldSlotFree, true)
  assert.equal(facts.rollback.to, '1.1.0')
  assert.match(facts.rollback.reason, /self-test/)
  assert.equal(facts.rollback.requestsFailed, 0)
  assert.match(facts.vm.accel, /^(kvm|tcg)$/)
  const names = facts.stages.map((stage: { name: string }) => stage.name)
  for (const name of ['Tools tree', 'Kernel', 'Update to 1.1.0', 'Update to 1.2.0', 'Full reboot'])
    assert.ok(names.includes(name), name)
})

test('afloat demo --json says why it failed, with exit code 1', async () => {
  const { code, stdout } = await startCli(['demo', '--json'], { AFLOAT_CACHE: '/proc/nowhere' }).ended
  assert.equal(code, 1)
  const facts = JSON.parse(stdout)
  assert.equal(facts.ok, false)
  assert.equal(facts.error.code, 'cache/not-writable')
  assert.match(facts.error.message, /\/proc\/nowhere/)
})
