import assert from 'node:assert/strict'
import { test } from 'node:test'
import { espNames } from '../slots/test-machine.ts'
import { readLives, recordLife } from '../softreboot/lives.ts'
import { isTrialOn, readTrial, readVerdict } from '../softreboot/trial.ts'
import { guard } from './guard.ts'
import { healthMachine, life, setUsr, type World } from './testing/health-machine.ts'

const panicDelay = ({ sys }: World) => sys.readText('/proc/sys/kernel/panic')?.trim()

test('guard() blesses a release that is good, ends the trial and has the agent report it', () => {
  const world = healthMachine()
  const { sys } = world
  assert.equal(guard(sys), 0)
  assert.deepEqual(espNames(sys), ['afloat_1.0.0+0.efi', 'afloat_1.1.0.efi'])
  const { outcome, code, version } = readVerdict(sys)!
  assert.deepEqual([outcome, code, version], ['good', 'health/good', '1.1.0'])
  assert.equal(readTrial(sys), undefined)
  assert.deepEqual(world.orders, ['ready', 'start afloat-update.service'])
  assert.equal(panicDelay(world), '10')
})

test('guard() leaves the new release one start before it lets the switch happen', () => {
  const world = healthMachine()
  let seen: unknown
  world.sys.addProgram('systemd-notify', () => {
    seen = [espNames(world.sys), panicDelay(world), readVerdict(world.sys)]
    throw new Error('power cut')
  })
  assert.throws(() => guard(world.sys), /power cut/)
  assert.deepEqual(seen, [['afloat_1.0.0.efi', 'afloat_1.1.0+1.efi'], '5', undefined])
})

test('guard() marks a release bad, says why, and only then goes back, in the mounts of PID 1', () => {
  const world = healthMachine()
  const { sys } = world
  world.web = { ActiveState: 'failed', SubState: 'failed', Result: 'exit-code' }
  const steps: string[] = []
  sys.fault = (operation, path) => {
    if (operation === 'rename') steps.push(path.split('/').at(-1)!)
    return undefined
  }
  recordLife(sys, life)
  const { orders } = world
  assert.equal(guard(sys), 0)
  assert.deepEqual(
    steps.filter((name) => name !== 'trial.json'),
    ['afloat_1.1.0+1.efi', 'afloat_1.1.0+0.efi', 'verdict.json'],
  )
  assert.deepEqual(orders, ['ready', 'start soft-reboot.target'])
  assert.equal(world.usr, 'a')
  assert.ok(sys.commands.includes('mount -N /proc/1/ns/mnt -o bind / /run/nextroot'))
  assert.ok(sys.commands.includes('mount -N /proc/1/ns/mnt -t erofs -o ro /dev/mapper/usr /run/nextroot/usr'))
  const { code, reason } = readVerdict(sys)!
  assert.deepEqual([code, reason], ['health/unit-not-active', 'web.service is failed (exit-code)'])
  // what the unit said stays on the machine
  assert.equal(
    readLives(sys).at(-1)?.outcome?.reason,
    'web.service is failed (exit-code); its last words: hello | no oars on board',
  )
  assert.equal(isTrialOn(sys), false)
  assert.equal(panicDelay(world), '10')
})

test('guard() goes back also when it can write nothing', () => {
  const world = healthMachine()
  world.status = 500
  world.sys.addProgram('systemd-notify', () => {
    setUsr(world, 'b')
    world.sys.fault = (operation, path) =>
      operation === 'rename' || path.startsWith('/var/lib/afloat/update') ? 'ENOSPC' : undefined
    return {}
  })
  assert.equal(guard(world.sys), 0)
  assert.equal(world.usr, 'a')
  assert.ok(isTrialOn(world.sys))
})

test('guard() restarts the kernel when systemd does not answer', () => {
  const world = healthMachine()
  const { sys } = world
  sys.addProgram('systemd-notify', () => {
    world.usr = 'b'
    sys.addFile('/proc/1/mountinfo', '34 33 253:1 / /usr ro - erofs x ro\n')
    world.isAwake = false
    return {}
  })
  guard(sys)
  assert.deepEqual(world.orders.slice(0, 4), ['sync', 'sysrq s', 'sysrq u', 'sysrq b'])
  assert.equal(readVerdict(sys)?.code, 'health/no-answer')
  assert.deepEqual(espNames(sys), ['afloat_1.0.0.efi', 'afloat_1.1.0+0.efi'])
})

test('guard() forces a switch that systemd has begun and does not come to', () => {
  const world = healthMachine()
  const { sys } = world
  world.status = 500
  world.isStuck = true
  guard(sys)
  assert.ok(sys.commands.includes('systemctl --force soft-reboot'))
  assert.deepEqual(world.orders.slice(-3), ['sysrq s', 'sysrq u', 'sysrq b'])
})

test('guard() gives up a trial whose switch was called off, without a verdict', () => {
  const world = healthMachine()
  world.sys.addProgram('systemd-notify')
  assert.equal(guard(world.sys), 0)
  assert.deepEqual([readTrial(world.sys), readVerdict(world.sys)], [undefined, undefined])
  assert.equal(panicDelay(world), '10')
})

test('guard() calls a release failed that the boot loader could not start again', () => {
  const world = healthMachine()
  const { sys } = world
  sys.addProgram('systemd-notify', () => {
    sys.addFile('/proc/1/mountinfo', '34 33 253:1 / /usr ro - erofs x ro\n')
    world.usr = 'b'
    sys.remove('/esp/EFI/Linux/afloat_1.1.0+1.efi')
    return {}
  })
  guard(sys)
  assert.equal(readVerdict(sys)?.code, 'health/not-bootable')
  assert.equal(world.usr, 'a')
})

test('guard() keeps a switch from happening that it cannot watch over', () => {
  for (const world of [healthMachine({ trial: 'none' }), healthMachine({ runs: 'b' })]) {
    assert.equal(guard(world.sys), 1)
    assert.deepEqual(world.orders, [])
  }
})
