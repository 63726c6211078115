import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatSignedArguments } from '@afloat/boot2container'
import { encodeBase64 } from '@afloat/ignition/base64'
import { boot } from './boot.ts'
import { fakeMachine, reportOf } from './testing/fake-machine.ts'
import { addPodman } from './testing/fake-podman.ts'

const stagesOf = (sys: Parameters<typeof reportOf>[0]) =>
  reportOf(sys)
    .filter(({ kind, state }) => kind === 'Stage' && state !== 'started')
    .map(({ stage, subject, state, code }) =>
      [stage, subject, state, code].filter((x) => x !== undefined).join(' '),
    )

test('boot() runs containers, reports each stage and its end, and powers off', () => {
  const sys = fakeMachine('quiet b2c.run=a b2c.run=b b2c.report=console b2c.poweroff_delay=2')
  addPodman(sys, { a: [0], b: [4] })
  assert.equal(boot(sys), 4)
  assert.deepEqual(stagesOf(sys), ['kernel done', 'container 0 done', 'container 1 done'])
  const { atMs: _, ...status } = reportOf(sys).at(-1)!
  assert.deepEqual(status, {
    apiVersion: 'afloat/v1',
    kind: 'PipelineStatus',
    status: 4,
    failedBy: 'containers[1]',
    containers: [
      { index: 0, image: 'a', exitCode: 0 },
      { index: 1, image: 'b', exitCode: 4 },
    ],
    action: 'poweroff',
  })
  assert.ok(sys.logged.some((line) => /^\[\d+\.\d\d\]: Execution is over, pipeline status: 4$/.test(line)))
  assert.equal(sys.readText('/run/afloat/next'), 'sync\nsleep 2\npoweroff -f\n')
})

test('boot() without a network says why, and ends as after a failure', () => {
  const sys = fakeMachine('b2c.run=a b2c.ntp_peer=time.example b2c.report=console b2c.on_finish=rerun', {
    answers: false,
  })
  addPodman(sys, { a: [0] })
  assert.equal(boot(sys), 1)
  assert.deepEqual(stagesOf(sys), ['kernel done', 'network failed b2c/no-network'])
  assert.ok(sys.logged.some((line) => /asked on eth0/.test(line)))
  assert.equal(sys.readText('/run/afloat/next'), 'exec /init\n')
  assert.ok(sys.uptimeMs() < 90_000)
})

test('boot() reports also what failed before the report went anywhere', () => {
  const sys = fakeMachine('ip=10.0.2.300::10.0.2.2:24 b2c.run=a b2c.report=console')
  const name = '/sys/class/virtio-ports/vport1p1/name'
  sys.addProgram('dmesg', () => {
    sys.addFile(name, 'org.afloat.report\n')
    sys.addFile('/dev/vport1p1', '')
    return {}
  })
  assert.equal(boot(sys), 1)
  assert.equal(reportOf(sys).at(-1)?.['status'], 1)
  assert.match(sys.readText('/dev/vport1p1') ?? '', /"kind":"PipelineStatus","status":1/)
})

test('boot() does not run anything of extra arguments that are not signed by the key of the command line', () => {
  const more = 'b2c.run=a\n'
  const key = encodeBase64(new Uint8Array(32))
  const bootWith = (served: string, good: boolean) => {
    const sys = fakeMachine(`b2c.extra_args_url=http://h/a b2c.extra_args_key=${key} b2c.report=console`)
    sys.addProgram('curl', (args) => {
      sys.writeFile(args[args.indexOf('--output') + 1]!, served)
      return { stdout: '200' }
    })
    sys.addProgram('openssl', () => ({ code: good ? 0 : 1 }))
    const runs = addPodman(sys, { a: [0] })
    return [boot(sys), runs.length, reportOf(sys).at(-1)!['failedBy']]
  }
  const signed = formatSignedArguments(more, new Uint8Array(64))
  assert.deepEqual(bootWith(signed, true), [0, 1, undefined])
  assert.deepEqual(bootWith(signed, false), [1, 0, 'arguments'])
  assert.deepEqual(bootWith(more, true), [1, 0, 'arguments'])
})

test('boot() shows no secret of the command line, whatever fails', () => {
  const secret = 'hunter2-hunter2'
  const sys = fakeMachine(
    `b2c.minio=s3,http://h,keykey,${secret} b2c.run="-e P=${secret} a" b2c.report=console`,
  )
  addPodman(sys, { a: [`Error: unknown flag: ${secret}`] })
  boot(sys)
  const shown = [...sys.logged, ...sys.printed].join('\n')
  assert.ok(!shown.includes(secret))
  assert.match(shown, /\(hidden\)/)
})

test('boot() leaves no value of a secret to the next pipeline of the same kernel', () => {
  const sys = fakeMachine('b2c.secret=t,from=fw_cfg:opt/t b2c.run="--secret t a" b2c.on_finish=soft-reboot')
  sys.addFile('/sys/firmware/qemu_fw_cfg/by_name/opt/t/raw', 'swordfish')
  sys.addFile('/run/afloat/podman-secrets/secretsdata.json', 'swordfish')
  addPodman(sys, { a: [0] })
  assert.equal(boot(sys), 0)
  assert.ok(sys.commands.some((line) => line.startsWith('podman secret create')))
  assert.ok(!sys.exists('/run/afloat/podman-secrets'))
})

test('boot() runs again until a container asks for the end, each time with a report of its own', () => {
  const sys = fakeMachine('b2c.run=a b2c.on_finish=rerun b2c.report=console')
  addPodman(sys, { a: [0, 5, 130] })
  assert.equal(boot(sys), 130)
  const statuses = reportOf(sys).filter(({ kind }) => kind === 'PipelineStatus')
  assert.deepEqual(
    statuses.map(({ status, action }) => [status, action]),
    [
      [0, 'rerun'],
      [5, 'rerun'],
      [130, 'poweroff'],
    ],
  )
})
