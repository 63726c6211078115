import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { lifeLogArgs, parseLives } from '@afloat/host/softreboot/lives'
import type { Pin } from '@afloat/host/softreboot/pins'
import type { Machine } from '../machine.ts'
import { Lab } from './lab.ts'
import { waitUntilReady } from './ready.ts'
import { installInSlotB, secondRelease } from './second-release.ts'
import { program, softReboot, waitForLife } from './soft-reboot.ts'

const lab = await Lab.open()
after(() => lab.close())

/** What systemd asks of a unit that survives. Source: systemd-soft-reboot.service(8) */
const survives = [
  'DefaultDependencies=no',
  'IgnoreOnIsolate=yes',
  'SurviveFinalKillSignal=yes',
  'After=basic.target',
  'Conflicts=reboot.target kexec.target poweroff.target halt.target rescue.target emergency.target',
  'Before=shutdown.target rescue.target emergency.target',
]
  .map((property) => `--property="${property}"`)
  .join(' ')

test('four lives in a row, from A to B and back, and a reboot that lands on what ran last', async (t) => {
  // older than what the machine was installed with, so that the boot loader does not prefer it by itself
  const other = await secondRelease(lab, '0.0.1')
  const versions = [lab.version, other.version]
  await lab.withMachine({ disk: await lab.newDisk(), extraDisks: other.disks }, async (machine) => {
    await waitUntilReady(machine)
    await installInSlotB(machine, other)
    await addKeeper(machine)
    const survivor = await addSurvivor(machine)
    const bootId = await machine.sh('cat /proc/sys/kernel/random/boot_id')
    await machine.sh('echo life 0 speaks | systemd-cat -t scenario')

    for (const count of [1, 2, 3]) {
      const [from, to] = count % 2 === 1 ? (['a', 'b'] as const) : (['b', 'a'] as const)
      await machine.sh('touch /run/reboot-required /tmp/of-this-life')
      if (count === 2) await addPinning(machine)
      const seconds = await softReboot(machine, to, count)
      t.diagnostic(`soft reboot ${count}, to slot ${to}: ${seconds.toFixed(1)} s`)

      assert.equal(await machine.sh('. /etc/os-release; echo $IMAGE_VERSION'), versions[count % 2])
      assert.equal(await machine.sh('systemctl show -P SoftRebootsCount'), String(count))
      assert.equal(await machine.sh('cat /proc/sys/kernel/random/boot_id'), bootId)
      assert.equal(
        await machine.sh('systemctl show -P MainPID -P ActiveState survivor'),
        `${survivor}\nactive`,
      )
      assert.equal(await machine.sh('sort /run/keeper'), rangeOf(count).join('\n'))
      assert.equal(
        await machine.sh('ls /run/reboot-required /tmp/of-this-life /run/nextroot 2>/dev/null || true'),
        '',
      )
      await machine.sh(`echo life ${count} speaks | systemd-cat -t scenario`)
      if (count === 2) await checkPins(machine)
      await assertSlotFree(machine, from)
    }
    assert.equal(await machine.sh('journalctl --quiet -b | grep -ci "corrupt" || true'), '0')
    await assertJournalWhole(machine)

    await machine.sh(`${program} bless`)
    await machine.exec('systemctl reboot', { detach: true })
    await waitForLife(machine, 0, bootId)
    await waitUntilReady(machine)
    assert.equal(await machine.sh('. /etc/os-release; echo $IMAGE_VERSION'), other.version)
    await assertHistory(machine, versions)
  })
})

/** A service that adds a file to its file-descriptor store in each life, and says what it finds there. */
async function addKeeper(machine: Machine): Promise<void> {
  const script = `#!/bin/sh
: >/run/keeper
n=\${LISTEN_FDS:-0} i=0
while [ $i -lt $n ]; do cat /proc/self/fd/$((3 + i)) >>/run/keeper; i=$((i + 1)); done
echo "$n" >/run/keeper.new
exec 9</run/keeper.new
rm /run/keeper.new
exec systemd-notify --fd=9 --fdname="life-$n"
`
  const unit = `[Unit]
Description=Keeper of files
[Service]
Type=oneshot
RemainAfterExit=yes
NotifyAccess=all
FileDescriptorStoreMax=8
FileDescriptorStorePreserve=yes
ExecStart=/opt/keeper
[Install]
WantedBy=multi-user.target
`
  await machine.copyIn(Buffer.from(script), '/opt/keeper', 0o755)
  await machine.copyIn(Buffer.from(unit), '/etc/systemd/system/keeper.service')
  await machine.sh('systemctl daemon-reload && systemctl enable --now keeper')
  assert.equal(await machine.sh('cat /run/keeper'), '')
}

/** A service with a root of its own in memory, like a portable one: nothing of it lies on a slot. Returns its process. */
async function addSurvivor(machine: Machine): Promise<string> {
  const script = `set -e
    root=/run/survivor lib=lib/x86_64-linux-gnu
    for dir in bin lib64 $lib proc sys dev run tmp usr etc var/tmp; do mkdir -p $root/$dir; done
    cp /bin/sleep $root/bin
    cp /lib64/ld-linux-x86-64.so.2 $root/lib64
    cp /$lib/libc.so.6 $root/$lib
    touch $root/etc/os-release
    systemd-run --quiet --unit=survivor ${survives} --property=RootDirectory=$root /bin/sleep infinity
    systemctl show -P MainPID survivor`
  return await machine.sh(script)
}

/** What the keeper has found: a line for each life before this one. */
function rangeOf(count: number): string[] {
  return Array.from({ length: count }, (_, life) => String(life))
}

const opener = `import * as os from 'os'
const fd = os.open(scriptArgs[1], os.O_RDWR | 0o200)
if (fd < 0) { print(-fd); } else { const block = new Uint8Array(4096); os.read(fd, block.buffer, 0, 4096); os.seek(fd, 0, 0); print(os.write(fd, block.buffer, 0, 4096)); }
`

/** Opens a device as nobody but its only user can, and writes to it; returns the bytes written, or the error number. */
async function openAlone(machine: Machine, device: string): Promise<string> {
  await machine.copyIn(Buffer.from(opener), '/run/open-alone.js')
  return await machine.sh(`qjs -m /run/open-alone.js ${device}`)
}

async function assertSlotFree(machine: Machine, slot: string): Promise<void> {
  for (const number of slot === 'a' ? [2, 3] : [4, 5])
    assert.equal(await openAlone(machine, `/dev/vda${number}`), '4096', `slot ${slot} is in use`)
  assert.equal(await machine.sh(`${program} pins`), '[]')
}

/** A survivor that runs from the slot. */
async function addPinning(machine: Machine): Promise<void> {
  await machine.sh(`systemd-run --quiet --unit=pinning ${survives} --property=PrivateTmp=yes sleep infinity`)
}

/** Slot B is busy as long as what runs from it does, which is named with its unit. */
async function checkPins(machine: Machine): Promise<void> {
  const pid = Number(await machine.sh('systemctl show -P MainPID pinning'))
  const pins = JSON.parse(await machine.sh(`${program} pins`)) as Pin[]
  const [process, namespace, ...others] = pins.filter(({ device }) => device === pins[0]?.device)
  assert.deepEqual([process?.kind, process?.pids, process?.command], ['process', [pid], 'sleep'])
  assert.ok(process?.via.includes('exe') && process.via.includes('maps'), JSON.stringify(pins))
  assert.deepEqual([namespace?.kind, namespace?.via], ['namespace', ['/usr']])
  assert.deepEqual(others, [])
  for (const { unit } of pins) assert.equal(unit, 'pinning.service')
  const ebusy = '16'
  assert.equal(await openAlone(machine, '/dev/vda4'), ebusy)
  await machine.sh(`systemctl stop pinning; ${program} release`)
}

/** Files that are closed: a line that comes while a file is verified counts as damage. Source: systemd issue 27532 */
async function assertJournalWhole(machine: Machine): Promise<void> {
  const verify = 'journalctl --rotate && journalctl --verify --file="/var/log/journal/*/*@*.journal"'
  const { code, stderr } = await machine.exec(verify, { timeoutMs: 120_000 })
  assert.equal(code, 0, stderr)
  assert.match(stderr, /^PASS: /m)
}

async function assertHistory(machine: Machine, versions: readonly string[]): Promise<void> {
  const lives = parseLives(await machine.sh('cat /var/lib/afloat/lives.jsonl'))
  assert.deepEqual(
    lives.map(({ cause, version, slot }) => [cause, version, slot]),
    [
      ['power-on', versions[0], 'a'],
      ['soft-reboot', versions[1], 'b'],
      ['soft-reboot', versions[0], 'a'],
      ['soft-reboot', versions[1], 'b'],
      ['reboot', versions[1], 'b'],
    ],
  )
  for (const life of lives.slice(1)) assert.ok((life.interruptionMs ?? 0) > 1000, JSON.stringify(life))
  assert.deepEqual(
    lives.map(({ survivors }) => survivors.includes('survivor')),
    [false, true, true, true, false],
  )
  for (const [index, life] of lives.slice(0, 4).entries()) {
    const text = await machine.sh(
      `journalctl --quiet ${lifeLogArgs(life, lives[index + 1]).join(' ')} -t scenario -o cat`,
    )
    assert.equal(text, `life ${index} speaks`)
  }
}
