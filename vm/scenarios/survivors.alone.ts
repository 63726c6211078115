import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { startLoad } from '../load.ts'
import type { Machine } from '../machine.ts'
import { freePort } from '../ports.ts'
import { fixtureConfig, fwCfgNames } from './config.ts'
import { Lab } from './lab.ts'
import { fetchPage, waitUntilReady } from './ready.ts'
import { installInSlotB, secondRelease } from './second-release.ts'
import { softReboot } from './soft-reboot.ts'

const lab = await Lab.open()
after(() => lab.close())

const survivors = ['bridged', 'hosted', 'server', 'client', 'alone']
const ratePerSecond = 50
const settleMs = 3000

test('containers of every network mode keep running and answering while the system is replaced', async (t) => {
  const release = await secondRelease(lab, '0.0.1')
  const registry = await lab.webRegistry()
  const [bridged, hosted, server] = [await freePort(), await freePort(), await freePort()]
  const options = {
    disk: await lab.newDisk(),
    extraDisks: release.disks,
    guestForwards: [registry.guestForward],
    ports: [
      { host: bridged, guest: 80 },
      { host: hosted, guest: 81 },
      { host: server, guest: 82 },
    ],
    fwCfg: { [fwCfgNames[1]]: fixtureConfig('survivors.yaml', '.') },
  }
  await lab.withMachine(options, async (machine) => {
    await waitUntilReady(machine)
    await installInSlotB(machine, release)
    for (const port of [bridged, hosted, server]) await fetchPage(port)
    assert.deepEqual(await check(machine), [])
    const before = await identities(machine)
    const ordinary = await machine.sh('systemctl show -P MainPID ordinary')

    const phases = [
      { mode: 'bridge with a published port', port: bridged, slot: 'b' },
      { mode: 'host', port: hosted, slot: 'a' },
      { mode: 'custom network', port: server, slot: 'b' },
    ] as const
    for (const [index, { mode, port, slot }] of phases.entries()) {
      await t.test(`${mode}: no request fails at ${ratePerSecond} a second`, async (t) => {
        const load = startLoad({ url: `http://127.0.0.1:${port}/`, ratePerSecond, timeoutMs: 60_000 })
        await sleep(settleMs)
        await softReboot(machine, slot, index + 1)
        await sleep(settleMs)
        const { total, failed, reasons, maxGapMs, p99Ms } = await load.stop()
        t.diagnostic(`${total} requests, longest gap ${maxGapMs} ms, 99 % within ${p99Ms} ms`)
        assert.equal(failed, 0, JSON.stringify(reasons))
        assert.deepEqual(await identities(machine), before)
      })
    }
    await t.test('the ordinary container was started anew', async () => {
      assert.notEqual(await machine.sh('systemctl show -P MainPID ordinary'), ordinary)
    })
    await t.test('not a line of the log is missing', async () => {
      assertGapless(await log(machine, 'alone'), 'tick')
    })
    await t.test('a container always found the other one by its name', async () => {
      // until the other one runs for the first time, there is nobody to find
      const lines = await log(machine, 'client')
      const first = lines.findIndex((line) => line.startsWith('got '))
      assert.ok(first >= 0)
      assert.deepEqual(
        lines.slice(first).filter((line) => !line.startsWith('got ')),
        [],
      )
    })
    for (const name of survivors) {
      await t.test(`every verb of podman works on ${name}`, () => useVerbs(machine, name))
    }
    await t.test('afterwards they serve as before', async () => {
      for (const port of [bridged, hosted, server]) assert.equal((await fetchPage(port)).status, 200)
      assert.deepEqual(await check(machine), [])
    })
  })
})

/** What preflight finds. */
async function check(machine: Machine): Promise<unknown[]> {
  const program = 'qjs --std --no-unhandled-rejection -m /usr/lib/afloat/survivors.js'
  const text = await machine.sh(`${program} mark >&2; ${program} check || true`, { timeoutMs: 120_000 })
  return JSON.parse(text) as unknown[]
}

/** Process of each container and its conmon, and since when the unit has been up. */
async function identities(machine: Machine): Promise<string[]> {
  const script = `for name in ${survivors.join(' ')} ; do
    echo $name $(podman inspect -f '{{.Id}} {{.State.Pid}} {{.State.ConmonPid}} {{.RestartCount}}' $name) \
      $(systemctl show -P ActiveEnterTimestampMonotonic $name)
  done
  systemctl show -P MainPID -P ActiveEnterTimestampMonotonic afloat-dns.service`
  return (await machine.sh(script, { timeoutMs: 120_000 })).split('\n')
}

async function log(machine: Machine, name: string): Promise<string[]> {
  // podman's own entries on a container have its name as well, but come from another program
  const lines = `CONTAINER_NAME=${name} _COMM=conmon`
  const text = await machine.sh(`journalctl --quiet -o cat ${lines}`, { timeoutMs: 120_000 })
  // conmon ends each message with a line break
  return text.split('\n').filter((line) => line !== '')
}

function assertGapless(lines: readonly string[], word: string): void {
  const numbers = lines.flatMap((line) => (line.startsWith(`${word} `) ? [Number(line.split(' ')[1])] : []))
  const gaps = numbers.flatMap((number, at) => (number === at + 1 ? [] : [`${number} at ${at + 1}`]))
  assert.ok(numbers.length > 100)
  assert.deepEqual(gaps.slice(0, 3), [])
}

async function useVerbs(machine: Machine, name: string): Promise<void> {
  const run = (script: string) => machine.sh(script, { timeoutMs: 120_000 })
  assert.match(await run('podman ps --format "{{.Names}} {{.Status}}"'), new RegExp(`^${name} Up `, 'm'))
  assert.equal(await run(`podman exec ${name} /bin/busybox echo inside`), 'inside')
  await run(`podman logs ${name}; podman top ${name}; podman cp ${name}:/bin/busybox /run/copied`)
  await run(`podman cp /etc/hosts ${name}:/tmp/hosts && podman exec ${name} /bin/busybox cat /tmp/hosts`)
  await run(`podman pause ${name} && podman unpause ${name}`)
  const warnings = await run(`set -e
    works() { timeout 60 sh -c 'until podman exec "$1" /bin/busybox true 2>/dev/null; do sleep 1; done' sh ${name}; }
    since=$(date +%s)
    systemctl stop ${name}
    systemctl start ${name}
    systemctl restart ${name}
    works
    # systemd starts it again
    podman rm -f -t 1 ${name} >&2
    sleep 1
    works
    systemctl is-active ${name} >&2
    journalctl --quiet --since=@$since -u ${name} -p warning -o cat | grep -v 'StopSignal SIGTERM failed' || true`)
  assert.doesNotMatch(warnings, /netns|mount|network/i)
}
