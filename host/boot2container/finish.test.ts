import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FakeSys } from '../sys/fake-sys.ts'
import { finish, nextScript } from './finish.ts'

test('finish() says what CI systems look for and leaves a command in a shell of its own', () => {
  const sys = new FakeSys()
  finish(sys, { poweroffDelaySec: 3, shutdownCommand: "echo 'x" }, { status: 7, action: 'poweroff' })
  assert.deepEqual(sys.logged, [
    '[0.00]: Execution is over, pipeline status: 7',
    "[0.00]: It's now safe to turn off your computer",
  ])
  assert.equal(sys.readText('/run/afloat/next'), 'sync\nsleep 3\nsh /run/afloat/last-command\npoweroff -f\n')
  assert.equal(sys.readText('/run/afloat/last-command'), "echo 'x\n")
})

test('nextScript() begins again from memory, restarts or stays', () => {
  assert.equal(nextScript('soft-reboot', 0, true), 'exec /init\n')
  assert.equal(nextScript('reboot', 5, false), 'sync\nreboot -f\n')
  assert.equal(nextScript('hold', 0, false), 'sync\nwhile :; do sleep 3600; done\n')
})
