import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, test } from 'node:test'
import { processRef } from './process-ref.ts'
import { claimMachineDir, findMachine, listMachines, type MachineState, writeState } from './state.ts'

let cache: string
beforeEach(async () => {
  cache = await mkdtemp(join(tmpdir(), 'afloat-state-'))
  process.env['AFLOAT_CACHE'] = cache
})
afterEach(async () => {
  delete process.env['AFLOAT_CACHE']
  await rm(cache, { recursive: true })
})

const claim = (name: string, keep = false): Promise<MachineState> =>
  claimMachineDir(name, keep ? ['disk.qcow2'] : [])

/** Writes down that the machine was run by a process that is gone: this pid, but another start. */
async function die(state: MachineState): Promise<void> {
  const owner = { ...processRef(process.pid)!, startTicks: 1 }
  await writeState({ ...state, owner, qemu: owner })
}

test('claimMachineDir() registers a machine; listMachines() and findMachine() find it', async () => {
  const state = JSON.parse(JSON.stringify(await claim('web')))
  assert.deepEqual(await listMachines(), [state])
  assert.deepEqual(await findMachine('web'), state)
  assert.deepEqual(await findMachine(undefined), state)
})

test('claimMachineDir() refuses the name of a machine that runs', async () => {
  await claim('web')
  await assert.rejects(claim('web'), { code: 'vm/name-taken' })
})

test('claimMachineDir() refuses a name that leads out of the folder', async () => {
  for (const name of ['../x', '', 'a/b', '.hidden', 'Web', 'x'.repeat(64)])
    await assert.rejects(claim(name), { code: 'vm/bad-name' })
})

test('claimMachineDir() replaces what a dead machine left', async () => {
  const first = await claim('web')
  await writeFile(join(first.dir, 'console.log'), 'old')
  await die(first)
  await claim('web')
  assert.equal(existsSync(join(first.dir, 'console.log')), false)
})

test('claimMachineDir() keeps what is to be kept', async () => {
  const first = await claim('web', true)
  await writeFile(join(first.dir, 'disk.qcow2'), 'disk')
  await writeFile(join(first.dir, 'console.log'), 'old')
  await die(first)
  assert.deepEqual(await listMachines(), [])
  await claim('web', true)
  assert.equal(existsSync(join(first.dir, 'disk.qcow2')), true)
  assert.equal(existsSync(join(first.dir, 'console.log')), false)
})

test('listMachines() removes the folder of a dead machine', async () => {
  const state = await claim('web')
  await die(state)
  assert.deepEqual(await listMachines(), [])
  assert.equal(existsSync(state.dir), false)
})

test('findMachine() says which machines run', async () => {
  await assert.rejects(findMachine('db'), { message: 'Cannot find machine "db": none is running' })
  await claim('web')
  await claim('api')
  await assert.rejects(findMachine('db'), { message: 'Cannot find machine "db": running: api, web' })
  await assert.rejects(findMachine(undefined), {
    message: 'Cannot tell which machine is meant: running: api, web',
  })
})
