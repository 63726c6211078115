import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Machine } from '../machine.ts'
import { guestRegistry } from '../registry.ts'
import { configOf, fwCfgNames, localRegistryFile } from './config.ts'
import { Lab } from './lab.ts'
import { waitUntilReady } from './ready.ts'
import { softReboot } from './soft-reboot.ts'

const lab = await Lab.open()
after(() => lab.close())

const config = configOf(`containers:
  - name: web
    image: ${guestRegistry}/web:1
    command: [/bin/busybox, sh, -c, "/bin/busybox touch /tmp/well; exec /usr/sbin/lighttpd -D -f /etc/lighttpd.conf"]
    network: back
    volumes: [{ source: data, target: /data }]
    health: { command: [/bin/busybox, test, -e, /tmp/well], interval: 5s, timeout: 20s, retries: 1 }
    limits: { memory: 64M, cpus: 0.5, pids: 50, open_files: 1000 }
    survive: true
volumes:
  - { name: data, type: tmpfs, device: tmpfs, options: [size=1m] }
networks:
  - { name: back, subnet: 10.89.7.0/24, gateway: 10.89.7.7, internal: true }
storage:
  files: ${localRegistryFile}
`)

test('health, limits, volumes and networks of a container are what the config says', async (t) => {
  const registry = await lab.webRegistry()
  const options = {
    disk: await lab.newDisk(),
    guestForwards: [registry.guestForward],
    fwCfg: { [fwCfgNames[0]]: config },
  }
  await lab.withMachine(options, async (machine) => {
    await waitUntilReady(machine)
    await t.test('the container sees its limits, in the control group of its service', () =>
      assertLimits(machine),
    )
    await t.test('its volume is what is described', async () => {
      assert.equal(
        await inside(machine, 'df -k /data | /bin/busybox tail -n 1 | /bin/busybox cut -c 1-40'),
        'tmpfs                     1024         0',
      )
    })
    await t.test('its network is what is described', async () => {
      const network = JSON.parse(await machine.sh('podman network inspect back'))[0]
      assert.deepEqual(
        [network.subnets, network.internal],
        [[{ subnet: '10.89.7.0/24', gateway: '10.89.7.7' }], true],
      )
      assert.match(await inside(machine, 'ip -4 -o addr show eth0'), / 10\.89\.7\.\d+\/24 /)
    })
    await t.test('one that is not well is started again', async () => {
      const before = await machine.sh('podman inspect -f "{{.Id}}" web')
      await until(machine, 'podman inspect -f "{{.State.Health.Status}}" web', 'healthy')
      await inside(machine, 'rm /tmp/well')
      await until(machine, 'systemctl show -P NRestarts web', '1')
      await until(machine, 'systemctl is-active web', 'active')
      assert.notEqual(await machine.sh('podman inspect -f "{{.Id}}" web'), before)
      await until(machine, 'podman inspect -f "{{.State.Health.Status}}" web', 'healthy')
    })
    const pid = await machine.sh('podman inspect -f "{{.State.Pid}}" web')
    await softReboot(machine, undefined, 1)
    await t.test('after a soft reboot it is the same process, with the same limits and volume', async () => {
      assert.equal(await machine.sh('podman inspect -f "{{.State.Pid}}" web'), pid)
      await assertLimits(machine)
      assert.match(await inside(machine, 'df -k /data'), /^tmpfs +1024/m)
    })
  })
})

async function assertLimits(machine: Machine): Promise<void> {
  const group = (await machine.sh('cat /proc/$(podman inspect -f "{{.State.Pid}}" web)/cgroup')).slice(3)
  assert.match(group, /^\/system\.slice\/web\.service\/libpod-payload-/)
  const files = ['memory.max', 'pids.max', 'cpu.max'].map((name) => `/sys/fs/cgroup/${name}`).join(' ')
  assert.equal(await inside(machine, `cat ${files}`), '67108864\n50\n50000 100000')
  assert.equal(await machine.sh("podman exec web /bin/busybox sh -c 'ulimit -n'"), '1000')
}

async function inside(machine: Machine, words: string): Promise<string> {
  return await machine.sh(`podman exec web /bin/busybox sh -c '/bin/busybox ${words}'`, {
    timeoutMs: 120_000,
  })
}

async function until(machine: Machine, script: string, expected: string): Promise<void> {
  const end = Date.now() + 240_000
  for (;;) {
    const { stdout } = await machine.exec(script)
    if (stdout.trim() === expected) return
    if (Date.now() > end) assert.fail(`Expected "${expected}" of ${script}, found "${stdout.trim()}"`)
    await sleep(1000)
  }
}
