import assert from 'node:assert/strict'
import { test } from 'node:test'
import { espNames, hashA, hashB, testUki } from '../slots/test-machine.ts'
import type { FakeSys } from '../sys/fake-sys.ts'
import { softReboot } from './soft-reboot.ts'
import { rootMachine } from './test-machine.ts'
import { readTrial, type Trial, trialPath } from './trial.ts'

const trial: Trial = {
  version: '1.1.0',
  rootHash: hashB,
  slot: 'b',
  from: { version: '1.0.0', rootHash: hashA, slot: 'a' },
  action: 'soft-reboot',
  startedAtMs: 1,
  settleSec: 60,
}

/** A machine with a release in slot B that failed before; `fails` is the first word of a systemctl command that does. */
function machine(fails = ''): FakeSys {
  const sys = rootMachine()
  sys.addFile('/esp/EFI/Linux/afloat_1.1.0+0-3.efi', testUki(hashB))
  sys.addProgram('getfattr')
  sys.addProgram('systemctl', (args) => {
    if (args[0] === 'is-system-running') return { stdout: fails === 'stopping' ? 'stopping\n' : 'running\n' }
    return args.includes(fails) ? { code: 1, stderr: 'no' } : { stdout: '' }
  })
  return sys
}

const steps = (sys: FakeSys): string[] =>
  sys.commands.filter((line) => /^systemctl (start|stop|--no-block)|nextroot\/usr$/.test(line))

test('everything is ready before the switch is ordered, the guard last', () => {
  const sys = machine()
  softReboot(sys, trial)
  assert.deepEqual(steps(sys), [
    'mount -t erofs -o ro /dev/mapper/usr-bbbbbbbb /run/nextroot/usr',
    'systemctl start afloat-guard.service',
    'systemctl --no-block soft-reboot',
  ])
  assert.deepEqual(readTrial(sys), trial)
  assert.deepEqual(espNames(sys), ['afloat_1.0.0.efi', 'afloat_1.1.0+3.efi'])
})

test('a guard that does not start keeps the switch from happening, and leaves nothing behind', () => {
  const sys = machine('start')
  assert.throws(() => softReboot(sys, trial), { code: 'sys/command-failed' })
  assert.equal(steps(sys).at(-1), 'systemctl stop afloat-guard.service')
  assert.equal(sys.exists(trialPath), false)
  assert.ok(sys.commands.includes('umount --recursive /run/nextroot'))
})

test('a system that is going down already is left to it', () => {
  const sys = machine('stopping')
  assert.throws(() => softReboot(sys, trial), { code: 'softreboot/already-switching' })
  assert.deepEqual(steps(sys), [])
})
