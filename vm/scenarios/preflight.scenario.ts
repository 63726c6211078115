import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type { Finding } from '@afloat/host/survivors/survivor'
import type { Machine } from '../machine.ts'
import { fwCfgNames, webConfig } from './config.ts'
import { Lab } from './lab.ts'
import { failedUnits, waitUntilReady } from './ready.ts'
import { waitForLife } from './soft-reboot.ts'

const lab = await Lab.open()
after(() => lab.close())

const shutdowns = 'reboot.target kexec.target poweroff.target halt.target rescue.target emergency.target'
/** What a unit needs, except for the mark of its processes' control groups. */
const settings = {
  DefaultDependencies: 'no',
  IgnoreOnIsolate: 'yes',
  SurviveFinalKillSignal: 'yes',
  After: 'basic.target',
  Conflicts: shutdowns,
  Before: `shutdown.target ${shutdowns}`,
}

type Case = {
  readonly unit: string
  readonly settings?: Readonly<Record<string, string>>
  readonly service?: string
  readonly expected: readonly Finding['code'][]
}

const fromSlot = ['survivors/uses-slot'] as const
const image = '10.0.2.100:5000/web:1'
const podman = (args: string) =>
  `ExecStart=podman run -d --rm --replace --sdnotify=conmon --name %p ${args} ${image} /bin/busybox sleep 9999\nType=notify\nNotifyAccess=all\nDelegate=yes\n`

/** Units set to survive, and what is wrong with each. Those with a finding that is fatal end, the others do not. */
const cases: readonly Case[] = [
  { unit: 'right', expected: fromSlot },
  {
    unit: 'default-dependencies',
    settings: { DefaultDependencies: 'yes' },
    expected: ['survivors/stopped-at-shutdown', ...fromSlot],
  },
  {
    unit: 'isolated',
    settings: { IgnoreOnIsolate: 'no' },
    expected: ['survivors/not-survivable', ...fromSlot],
  },
  {
    unit: 'requires',
    settings: { Requires: 'mortal.service' },
    expected: ['survivors/requires-mortal', ...fromSlot],
  },
  { unit: 'wants', settings: { Wants: 'mortal.service' }, expected: fromSlot },
  { unit: 'template@1', expected: ['survivors/slice-ends', ...fromSlot] },
  {
    unit: 'on-mount',
    settings: { RequiresMountsFor: '/srv/data' },
    expected: ['survivors/mount-ends', ...fromSlot],
  },
  {
    unit: 'private',
    service: 'ExecStart=sleep 9999\nPrivateTmp=yes\n',
    expected: [...fromSlot, 'survivors/mount-of-slot'],
  },
  { unit: 'split', service: podman('--cgroups=split --network=none'), expected: [] },
  { unit: 'with-init', service: podman('--cgroups=split --network=none --init'), expected: [] },
  {
    unit: 'of-usr',
    service: podman('--cgroups=split --network=none -v /usr/share:/data:ro'),
    expected: ['survivors/mount-of-slot'],
  },
  {
    unit: 'of-etc',
    service: podman('--cgroups=split --network=none -v /etc/hosts:/data:ro'),
    expected: ['survivors/mount-of-slot'],
  },
  {
    unit: 'in-scope',
    service: podman('--cgroups=enabled --network=none'),
    expected: ['survivors/runtime-ends'],
  },
]

test('preflight says of every unit whether it will survive, and so it comes', async (t) => {
  const registry = await lab.webRegistry()
  const options = {
    disk: await lab.newDisk(),
    guestForwards: [registry.guestForward],
    fwCfg: { [fwCfgNames[1]]: webConfig() },
  }
  await lab.withMachine(options, async (machine) => {
    await waitUntilReady(machine)
    await startCases(machine)
    await t.test('before anything is marked, processes below the unit are found', async () => {
      const { findings } = await check(machine, '')
      assert.deepEqual(codesOf(findings, 'split'), ['survivors/unmarked'])
    })
    const { findings } = await check(machine, 'mark')
    for (const { unit, expected } of cases) {
      await t.test(`${unit}: ${expected.join(', ') || 'nothing wrong'}`, () => {
        assert.deepEqual(codesOf(findings, unit), [...expected].sort())
      })
    }
    const before = await processes(machine)
    await machine.exec('systemctl soft-reboot', { detach: true })
    await waitForLife(machine, 1)
    await machine.sh('systemctl is-system-running --wait || true', { timeoutMs: 240_000 })
    const afterwards = await processes(machine)
    for (const { unit } of cases) {
      const isFatal = findings.some((finding) => finding.unit === `${unit}.service` && finding.fatal)
      await t.test(`${unit} ${isFatal ? 'has ended' : 'goes on'}`, () => {
        if (isFatal) assert.notEqual(afterwards.get(unit), before.get(unit))
        else assert.equal(afterwards.get(unit), before.get(unit))
      })
    }
    t.diagnostic(`failed units: ${(await failedUnits(machine)).join(' ')}`)
  })
})

async function startCases(machine: Machine): Promise<void> {
  const mount = '[Mount]\nWhat=tmpfs\nType=tmpfs\nWhere=/srv/data\n'
  await machine.copyIn(Buffer.from(mount), '/etc/systemd/system/srv-data.mount')
  await machine.copyIn(Buffer.from('[Service]\nExecStart=sleep 9999\n'), '/etc/systemd/system/mortal.service')
  for (const { unit, settings: own, service } of cases) {
    const lines = Object.entries({ ...settings, ...own }).map(([key, value]) => `${key}=${value}\n`)
    const text = `[Unit]\n${lines.join('')}[Service]\n${service ?? 'ExecStart=sleep 9999\n'}`
    await machine.copyIn(Buffer.from(text), `/etc/systemd/system/${unit.replace(/@.*/, '@')}.service`)
  }
  const names = cases.map(({ unit }) => unit).join(' ')
  await machine.sh(`systemctl daemon-reload && systemctl start ${names}`, { timeoutMs: 240_000 })
}

async function check(machine: Machine, mark: string): Promise<{ findings: Finding[] }> {
  const program = 'qjs --std --no-unhandled-rejection -m /usr/lib/afloat/survivors.js'
  const script = `${mark === '' ? ':' : `${program} ${mark} >&2`}; ${program} check || true`
  return { findings: JSON.parse(await machine.sh(script, { timeoutMs: 120_000 })) as Finding[] }
}

function codesOf(findings: readonly Finding[], unit: string): string[] {
  const codes = findings.filter((finding) => finding.unit === `${unit}.service`).map(({ code }) => code)
  return codes.sort()
}

/** The process of each unit: of a container its own; 0 for none. */
async function processes(machine: Machine): Promise<Map<string, string>> {
  const script = cases
    .map(({ unit, service }) =>
      service?.includes('podman') === true
        ? `echo ${unit} $(podman inspect -f '{{.State.Pid}}' ${unit} 2>/dev/null || echo 0)`
        : `echo ${unit} $(systemctl show -P MainPID ${unit})`,
    )
    .join('\n')
  const text = await machine.sh(script, { timeoutMs: 120_000 })
  return new Map(text.split('\n').map((line) => line.split(' ') as [string, string]))
}
