import assert from 'node:assert/strict'
import { test } from 'node:test'
import { espNames, hashB, testUki } from '../slots/test-machine.ts'
import { readLives, recordLife } from '../softreboot/lives.ts'
import { isTrialOn, readVerdict } from '../softreboot/trial.ts'
import { watchLife } from './life.ts'
import { healthMachine, life, trial, type World } from './testing/health-machine.ts'

/** A machine that was installed with 1.0.0 and has never been updated. */
function newMachine(): World {
  const world = healthMachine({ trial: 'none' })
  world.sys.remove('/esp/EFI/Linux/afloat_1.1.0+3.efi')
  world.sys.rename('/esp/EFI/Linux/afloat_1.0.0.efi', '/esp/EFI/Linux/afloat_1.0.0+2-1.efi')
  return world
}

/** A machine that runs 1.1.0 on trial. */
function trialMachine(action: 'soft-reboot' | 'reboot'): World {
  const world = healthMachine({ runs: 'b', trial: { action } })
  world.softReboots = action === 'reboot' ? 0 : 1
  return world
}

test('watchLife() leaves a release alone that was found good before', () => {
  const world = healthMachine({ trial: 'none' })
  assert.equal(watchLife(world.sys), 0)
  assert.equal(world.sys.uptimeMs(), 0)
  assert.deepEqual(world.orders, [])
})

test('watchLife() blesses the first release of a machine when all is well, also after minutes', () => {
  const world = newMachine()
  world.boot = 'inactive'
  const sleepMs = world.sys.sleepMs.bind(world.sys)
  world.sys.sleepMs = (ms) => {
    sleepMs(ms)
    if (world.sys.uptimeMs() > 300_000) world.boot = 'active'
  }
  assert.equal(watchLife(world.sys), 0)
  assert.deepEqual(espNames(world.sys), ['afloat_1.0.0.efi'])
})

test('watchLife() lets the first release of a machine run on when it is not well: there is no other', () => {
  const world = newMachine()
  world.status = 500
  recordLife(world.sys, { ...life, rootHash: trial.from.rootHash })
  assert.equal(watchLife(world.sys), 0)
  assert.deepEqual(espNames(world.sys), ['afloat_1.0.0+2-1.efi'])
  assert.deepEqual(world.orders, [])
  assert.equal(readLives(world.sys).at(-1)?.outcome?.code, 'health/probe-failed')
  assert.match(world.sys.logged.join('\n'), /no release to go back to/)
})

test('watchLife() judges a release that the kernel was started for', () => {
  const world = trialMachine('reboot')
  recordLife(world.sys, life)
  watchLife(world.sys)
  assert.deepEqual(espNames(world.sys), ['afloat_1.0.0+0.efi', 'afloat_1.1.0.efi'])
  assert.equal(readVerdict(world.sys)?.outcome, 'good')
  assert.equal(readLives(world.sys).at(-1)?.outcome?.result, 'good')
  assert.deepEqual(world.orders, ['start afloat-update.service'])
})

test('watchLife() marks a release bad that fails after a reboot, and restarts the machine', () => {
  const world = trialMachine('reboot')
  world.status = 500
  watchLife(world.sys)
  assert.deepEqual(espNames(world.sys), ['afloat_1.0.0.efi', 'afloat_1.1.0+0.efi'])
  assert.equal(readVerdict(world.sys)?.code, 'health/probe-failed')
  assert.equal(isTrialOn(world.sys), false)
  // nothing came of the first, as this machine does nothing
  assert.deepEqual(world.orders.slice(0, 2), ['reboot', 'sync'])
})

test('watchLife() makes the newer release the one to start again when a return to an older one fails', () => {
  const world = trialMachine('reboot')
  world.status = 500
  world.sys.rename('/esp/EFI/Linux/afloat_1.0.0.efi', '/esp/EFI/Linux/afloat_1.0.0+0.efi')
  watchLife(world.sys)
  assert.deepEqual(espNames(world.sys), ['afloat_1.0.0.efi', 'afloat_1.1.0+0.efi'])
})

test('watchLife() leaves the verdict to the guard for as long as that is there', () => {
  const world = trialMachine('soft-reboot')
  const { sys } = world
  const procs = '/sys/fs/cgroup/system.slice/afloat-guard.service/cgroup.procs'
  sys.addFile(procs, '42\n')
  const early: unknown[] = []
  const sleepMs = sys.sleepMs.bind(sys)
  sys.sleepMs = (ms) => {
    sleepMs(ms)
    if (sys.uptimeMs() > 20_000) sys.remove('/sys/fs/cgroup', { recursive: true })
    else early.push(readVerdict(sys), ...world.orders)
  }
  watchLife(sys)
  assert.deepEqual(new Set(early), new Set([undefined]))
  assert.equal(readVerdict(sys)?.outcome, 'good')
})

test('watchLife() goes back by soft reboot when the guard was killed', () => {
  const world = trialMachine('soft-reboot')
  world.boot = 'activating'
  watchLife(world.sys)
  assert.equal(world.orders[0], 'start soft-reboot.target')
  assert.ok(world.sys.commands.includes('mount -t erofs -o ro /dev/mapper/usr /run/nextroot/usr'))
  assert.equal(readVerdict(world.sys)?.code, 'health/boot-incomplete')
})

test('watchLife() finds that a release did not come up', () => {
  for (const [didStart, reason] of [
    [false, /^it did not start; the boot loader went back to 1\.0\.0$/],
    [true, /^it started, and went down before/],
  ] as const) {
    const world = healthMachine()
    if (didStart) recordLife(world.sys, life)
    watchLife(world.sys)
    const verdict = readVerdict(world.sys)
    assert.deepEqual([verdict?.outcome, verdict?.code], ['failed', 'health/did-not-start'])
    assert.match(verdict?.reason ?? '', reason)
    assert.deepEqual(espNames(world.sys), ['afloat_1.0.0.efi', 'afloat_1.1.0+0.efi'])
    assert.deepEqual(world.orders, ['start afloat-update.service'])
  }
})

test('watchLife() restarts the machine for a release that counts, has no trial and is not well', () => {
  const world = healthMachine({ runs: 'b', trial: 'none' })
  world.status = 500
  watchLife(world.sys)
  assert.equal(world.orders[0], 'reboot')
  assert.deepEqual(espNames(world.sys), ['afloat_1.0.0.efi', 'afloat_1.1.0+0.efi'])
})

test('watchLife() does not judge what was marked bad and started by hand', () => {
  const world = healthMachine({ runs: 'b', trial: 'none' })
  world.sys.remove('/esp/EFI/Linux/afloat_1.1.0+3.efi')
  world.sys.addFile('/esp/EFI/Linux/afloat_1.1.0+0-1.efi', testUki(hashB))
  watchLife(world.sys)
  assert.deepEqual(world.orders, [])
  assert.deepEqual(espNames(world.sys), ['afloat_1.0.0.efi', 'afloat_1.1.0+0-1.efi'])
})
