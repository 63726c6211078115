import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { after, test } from 'node:test'
import { FaultyRegistry } from './b2c-faults.ts'
import { B2cLab } from './b2c-lab.ts'

const lab = await B2cLab.open()
after(() => lab.close())

const registry = await lab.registry()
const front = await FaultyRegistry.start(registry.port)
lab.onClose(() => front.stop())
const image = `--tls-verify=false ${front.name}/busybox:1`
const bootMs = 120_000

/** A parameter for a container that runs a line of shell. */
const run = (line: string, options = '', kind = 'run') => `b2c.${kind}="${options} ${image} sh -c '${line}'"`

const cache = await lab.newDisk()

test('a cold boot makes a cache of the empty disk, and never touches one that holds data', async () => {
  const foreign = await lab.newDisk(8 * 1024 ** 2)
  const data = Buffer.alloc(8 * 1024 ** 2)
  data.write('precious', 4 * 1024 ** 2)
  await writeFile(foreign.path, data)
  const words = [
    'b2c.cache_device=auto b2c.swap=32M b2c.hostname=farm-7 b2c.unknown=1 b2c.report=console',
    'b2c.minio=s3,http://10.0.2.2:1,keykeykey,very-secret',
    run('sleep 300', '', 'run_service'),
    run('hostname; cat /proc/swaps; echo first-$B2C_PIPELINE_STATUS; echo on-stderr >&2'),
    run('exit 3'),
    run('echo third-$B2C_PIPELINE_STATUS-$B2C_PIPELINE_PREV_CONTAINER_EXIT_CODE'),
    run('echo post-$B2C_PIPELINE_SHUTDOWN_MODE', '', 'run_post'),
  ]
  await lab.withMachine(words, { disks: [foreign, cache], seed: [] }, async ({ machine, report }) => {
    const { console } = machine
    await console.expect(/section_start:\d+:b2c_container_0/, { timeoutMs: bootMs })
    for (const line of [
      /^farm-7$/,
      /\/swap +file/,
      /^first-0$/,
      /^on-stderr$/,
      /^third-3-3$/,
      /^post-default$/,
    ])
      await console.expect(line, { timeoutMs: bootMs })
    await console.expect(/^\[\d+\.\d\d\]: Execution is over, pipeline status: 3$/, { timeoutMs: bootMs })
    await console.expect(/^\[\d+\.\d\d\]: It's now safe to turn off your computer$/)
    await machine.exited
    const status = await report.status()
    assert.deepEqual(
      [status?.status, status?.failedBy, status?.action, status?.containers.map(({ exitCode }) => exitCode)],
      [3, 'containers[1]', 'poweroff', [0, 3, 0]],
    )
    const warned = (await report.stages()).filter(({ state }) => state === 'warned')
    assert.deepEqual(
      warned.map(({ code }) => code),
      ['b2c/unknown-parameter'],
    )
    assert.ok(!JSON.stringify(await report.lines()).includes('very-secret'))
    console.assertNever(/very-secret|unmount/)
  })
  assert.ok(data.equals(await readFile(foreign.path)))
})

test('a warm boot needs no registry, a static network comes up as written, and pipefail stops', async () => {
  front.fault = 'down'
  const asked = front.asked.length
  const words = [
    'b2c.cache_device=auto b2c.pull=missing b2c.pipefail',
    'b2c.iface=eth0,address=10.0.2.77/24,gateway=10.0.2.2,route=10.9.0.0/16:10.0.2.3,nameserver=10.0.2.3',
    run('ip addr show eth0; ip route; cat /etc/resolv.conf; cat /proc/swaps | wc -l'),
    run('exit 5'),
    run('echo never-run'),
    run('reboot -f', '', 'run_post'),
  ]
  await lab.withMachine(words, { disks: [cache], seed: [] }, async ({ machine, report }) => {
    const { console } = machine
    for (const line of [/10\.0\.2\.77\/24/, /default via 10\.0\.2\.2/, /10\.9\.0\.0\/16 via 10\.0\.2\.3/])
      await console.expect(line, { timeoutMs: bootMs })
    await console.expect(/nameserver 10\.0\.2\.3/)
    await console.expect(/^1$/)
    await console.expect(/^\[\d+\.\d\d\]: Execution is over, pipeline status: 5$/, { timeoutMs: bootMs })
    await machine.exited
    console.assertNever(/never-run|unmount/)
    const status = await report.status()
    assert.deepEqual([status?.status, status?.failedBy, status?.action], [5, 'containers[1]', 'reboot'])
  })
  assert.equal(front.asked.length, asked)
})

test('a machine runs again and again, whatever the registry does, until a container powers it off', async () => {
  front.fault = 'corrupt'
  const count =
    'n=$(cat /s/n || echo 0); n=$((n+1)); echo $n > /s/n; echo run-$n; [ $n -lt 3 ] || poweroff -f'
  const words = [
    'b2c.on_finish=rerun b2c.pull=always',
    run(count, '-v state:/s'),
    run('echo second', '', 'run_post'),
  ]
  await lab.withMachine(words, { seed: [] }, async ({ machine, report }) => {
    const { console } = machine
    await console.expect(/d(oes|id) not match/i, { timeoutMs: bootMs })
    front.fault = 'none'
    await console.expect(/^run-1$/, { timeoutMs: bootMs })
    front.fault = 'down'
    await console.expect(/next try in/, { timeoutMs: bootMs })
    front.fault = 'slow'
    await console.expect(/^run-2$/, { timeoutMs: bootMs })
    front.fault = 'none'
    await console.expect(/^run-3$/, { timeoutMs: bootMs })
    await machine.exited
    const statuses = (await report.lines()).filter((line) => line.kind === 'PipelineStatus')
    assert.deepEqual(
      statuses.map(({ status, action }) => [status, action]),
      [
        [0, 'rerun'],
        [0, 'rerun'],
        [130, 'poweroff'],
      ],
    )
  })
})
