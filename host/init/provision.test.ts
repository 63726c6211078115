import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseCmdline } from '@afloat/cmdline'
import { FakeSys } from '../sys/fake-sys.ts'
import type { RunResult } from '../sys/sys.ts'
import { bootLog } from './boot-log.ts'
import { provision } from './provision.ts'

/** A machine whose provisioner gives these answers, one a run. */
function machine(...answers: Partial<RunResult>[]): { sys: FakeSys; options: string[][] } {
  const sys = new FakeSys()
  const options: string[][] = []
  sys.addProgram('chroot', (args) => {
    if (args[1] !== 'qjs') return {}
    options.push(args.slice(6))
    return answers.shift() ?? {}
  })
  for (const name of ['ip', 'udhcpc'])
    sys.addProgram(name, () => ({ stdout: '2: eth0    inet 10.0.2.15/24 brd' }))
  sys.addFile('/sys/class/net/eth0/type', '1\n')
  sys.addFile('/sys/class/net/eth0/device/x', '')
  sys.addWatch(['uevent'], [])
  return { sys, options }
}

const run = (sys: FakeSys, cmdline = '') => provision(sys, bootLog(sys), parseCmdline(cmdline))

test('provision() does nothing on a machine that was provisioned', async () => {
  const { sys, options } = machine()
  sys.addFile('/sysroot/var/lib/afloat/provisioned.json', '{}')
  await run(sys)
  assert.deepEqual(options, [])
})

test('provision() brings the network up only when asked for it, and takes it down again', async () => {
  const { sys, options } = machine({ code: 75 }, { code: 0 })
  await run(sys)
  assert.deepEqual(options, [[], ['--network-up']])
  assert.equal(sys.commands.at(-1), 'ip link set eth0 down')
  assert.equal(sys.exists('/run/systemd/resolve/stub-resolv.conf'), false)
})

test('provision() fails with the code, message and hint of the provisioner', async () => {
  const error = { code: 'ignition/not-json', message: 'Cannot read it', hint: 'Compile it' }
  const { sys } = machine({ code: 1, stdout: `${JSON.stringify({ error })}\n` })
  await assert.rejects(run(sys), error)
})

test('provision() fails also when the provisioner has no last word', async () => {
  const { sys } = machine({ code: 139, stdout: 'garb' })
  await assert.rejects(run(sys), { code: 'init/provisioning-failed' })
})

test('provision() refuses a network that the command line forbids', async () => {
  const { sys } = machine({ code: 75 })
  await assert.rejects(run(sys, 'ip=off'), { code: 'init/no-network' })
})

test('provision() shows what the provisioner says, and why it wants the network', async () => {
  const { sys } = machine({ code: 75, stderr: 'needs x\n' }, { code: 0, stderr: 'fetched x\n' })
  await run(sys)
  const shown = sys.logged.map((line) => line.replace(/^.*\] +/, ''))
  assert.deepEqual(shown, [
    'Provision',
    'needs x',
    'Bring the network up',
    'eth0 has 10.0.2.15/24',
    'Provision over the network',
    'fetched x',
  ])
})
