import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseCmdline } from '@afloat/cmdline'
import { AfloatError } from '@afloat/report'
import { FakeSys } from '../sys/fake-sys.ts'
import { bootLog } from './boot-log.ts'
import { showFailure } from './failure.ts'
import { failureScreen } from './failure-screen.ts'

const screenOf = {
  title: 'This machine did not boot',
  unknownCode: 'init/unexpected',
  usualHint: 'Restart the machine',
  consequence: 'The machine waits.',
}

test('failureScreen() shows what failed, the code, what to do and the last steps', () => {
  const error = new AfloatError('init/usr-not-found', 'Cannot find /usr: found no disk', {
    hint: 'Attach the disk',
  })
  assert.deepEqual(failureScreen(error, ['afloat: [  1.000] Find /usr'], screenOf), [
    '',
    '================ This machine did not boot ================',
    '',
    'What failed:   Cannot find /usr: found no disk',
    'Error code:    init/usr-not-found',
    'What to do:    Attach the disk',
    '',
    'Last steps:',
    '  afloat: [  1.000] Find /usr',
    '',
    'The machine waits.',
    '',
  ])
})

test('failureScreen() does not call the failure of a disk a bug', () => {
  const screen = failureScreen(new AfloatError('sys/io-failed', 'Cannot read "/dev/vda"'), [], screenOf)
  assert.ok(screen.includes('What to do:    Restart the machine'))
})

test('failureScreen() shows the stack of a bug', () => {
  const screen = failureScreen(new TypeError('x is undefined'), [], screenOf).join('\n')
  assert.match(screen, /Error code: {4}init\/unexpected/)
  assert.match(screen, /Details: +(Error|TypeError|at )/)
})

test('showFailure() leaves what the command line says for PID 1, and a restart by default', async () => {
  const next = async (cmdline: string) => {
    const sys = new FakeSys()
    await showFailure(sys, bootLog(sys), parseCmdline(cmdline), new Error('x'))
    return sys.readText('/run/afloat/next')
  }
  assert.equal(await next('quiet'), 'sync\nsleep 60\nreboot -f\n')
  assert.equal(await next('afloat.on_failure=nonsense'), 'sync\nsleep 60\nreboot -f\n')
  assert.equal(await next('afloat.failure_delay=5'), 'sync\nsleep 5\nreboot -f\n')
  assert.equal(await next('afloat.failure_delay=soon'), 'sync\nsleep 60\nreboot -f\n')
  assert.equal(await next('afloat.on_failure=hold'), 'sync\nwhile :; do sleep 3600; done\n')
  assert.equal(await next('afloat.on_failure=shell'), 'setsid cttyhack sh\nsync\nreboot -f\n')
})
