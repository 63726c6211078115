import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type PlanRequest, planUpdate } from './plan.ts'
import { compareVersions } from './version.ts'

const sha = (digit: string) => digit.repeat(64)

const identity = (version: string) => ({
  version,
  kernel: { release: '6.12.57-amd64', sha256: sha('a') },
  initramfs: { sha256: sha('b') },
  cmdline: 'console=tty0 console=ttyS0 quiet',
  systemd: { version: 257 },
})

const base: PlanRequest = {
  running: identity('1.0.0'),
  booted: identity('1.0.0'),
  target: identity('1.1.0'),
  host: { systemdSoftReboot: true, kexec: false },
  survivors: [{ unit: 'web.service', name: 'web', ready: true }],
  others: ['batch.service'],
  policy: 'auto',
  allowKexec: false,
}

const withTarget = (change: object): PlanRequest => ({ ...base, target: { ...base.target, ...change } })
const newKernel = withTarget({ kernel: { release: '6.12.60-amd64', sha256: sha('c') } })
const broken = { unit: 'db.service', name: 'db', ready: false, problem: 'its conmon holds the old slot' }

test('planUpdate() chooses the least disruptive action and gives the reasons', () => {
  const rows: [name: string, request: PlanRequest, action: string, reasons: string[]][] = [
    ['same', { ...base, target: base.running }, 'nothing', ['up-to-date']],
    [
      'extensions',
      { ...base, target: base.running, host: { ...base.host, extensionsChanged: true } },
      'refresh-extensions',
      ['extensions-changed'],
    ],
    [
      'same version, other contents',
      {
        ...base,
        running: { ...base.running, rootHash: sha('1') },
        target: { ...base.running, usrRootHash: sha('2') },
      },
      'refuse',
      ['same-version'],
    ],
    [
      'same version, same contents',
      {
        ...base,
        running: { ...base.running, rootHash: sha('1') },
        target: { ...base.running, usrRootHash: sha('1') },
      },
      'nothing',
      ['up-to-date'],
    ],
    ['only /usr changes', base, 'soft-reboot', ['boot-unchanged']],
    ['older', { ...base, running: identity('2.0.0') }, 'refuse', ['downgrade']],
    [
      'older, asked for',
      { ...base, running: identity('2.0.0'), allowDowngrade: true },
      'soft-reboot',
      ['boot-unchanged'],
    ],
    ['pre-release of what runs', { ...base, target: identity('1.0.0-rc.1') }, 'refuse', ['downgrade']],
    ['minimum version', withTarget({ minimumVersion: '1.0.1' }), 'refuse', ['minimum-version']],
    ['minimum version met', withTarget({ minimumVersion: '1.0.0' }), 'soft-reboot', ['boot-unchanged']],
    ['kernel', newKernel, 'reboot', ['kernel-changed']],
    ['initramfs', withTarget({ initramfs: { sha256: sha('c') } }), 'reboot', ['initramfs-changed']],
    ['command line', withTarget({ cmdline: 'quiet' }), 'reboot', ['cmdline-changed']],
    [
      'command line in another order',
      withTarget({ cmdline: 'quiet console=tty0  usrhash=00 console=ttyS0' }),
      'soft-reboot',
      ['boot-unchanged'],
    ],
    [
      'console order',
      withTarget({ cmdline: 'console=ttyS0 console=tty0 quiet' }),
      'reboot',
      ['cmdline-changed'],
    ],
    [
      'old systemd',
      { ...base, running: { ...base.running, systemd: { version: 254 } } },
      'reboot',
      ['systemd-running'],
    ],
    ['target with old systemd', withTarget({ systemd: { version: 254 } }), 'reboot', ['systemd-target']],
    [
      'no soft reboot',
      { ...base, host: { systemdSoftReboot: false, kexec: false } },
      'reboot',
      ['soft-reboot-unavailable'],
    ],
    [
      'everything',
      {
        ...withTarget({
          ...identity('1.1.0'),
          kernel: newKernel.target.kernel,
          initramfs: { sha256: sha('d') },
          cmdline: '',
        }),
        host: { systemdSoftReboot: false, kexec: false },
      },
      'reboot',
      ['kernel-changed', 'initramfs-changed', 'cmdline-changed', 'soft-reboot-unavailable'],
    ],
    [
      'the kernel that runs counts, not that of the running /usr',
      { ...base, running: { ...base.running, kernel: newKernel.target.kernel } },
      'soft-reboot',
      ['boot-unchanged'],
    ],
    [
      'the kernel that runs is another',
      { ...base, booted: { ...base.booted, kernel: newKernel.target.kernel } },
      'reboot',
      ['kernel-changed'],
    ],
    [
      'kexec',
      { ...newKernel, allowKexec: true, host: { systemdSoftReboot: true, kexec: true } },
      'kexec',
      ['kernel-changed', 'kexec'],
    ],
    [
      'kexec not possible',
      { ...newKernel, allowKexec: true },
      'reboot',
      ['kernel-changed', 'kexec-unavailable'],
    ],
    [
      'kexec not allowed',
      { ...newKernel, host: { systemdSoftReboot: true, kexec: true } },
      'reboot',
      ['kernel-changed'],
    ],
    [
      'kexec not needed',
      { ...base, allowKexec: true, host: { systemdSoftReboot: true, kexec: true } },
      'soft-reboot',
      ['boot-unchanged'],
    ],
    ['policy reboot', { ...base, policy: 'reboot' }, 'reboot', ['policy-reboot']],
    [
      'policy reboot with kexec',
      { ...base, policy: 'reboot', allowKexec: true, host: { systemdSoftReboot: true, kexec: true } },
      'kexec',
      ['policy-reboot', 'kexec'],
    ],
    ['soft required', { ...base, policy: 'soft-required' }, 'soft-reboot', ['boot-unchanged']],
    [
      'soft required, new kernel',
      { ...newKernel, policy: 'soft-required' },
      'refuse',
      ['kernel-changed', 'policy-soft-required'],
    ],
    [
      'survivor not ready',
      { ...base, survivors: [...base.survivors, broken] },
      'soft-reboot',
      ['boot-unchanged', 'survivor-not-ready'],
    ],
    [
      'soft required, survivor not ready',
      { ...base, survivors: [broken], policy: 'soft-required' },
      'refuse',
      ['survivor-not-ready', 'policy-soft-required'],
    ],
  ]
  for (const [name, request, action, reasons] of rows) {
    const plan = planUpdate(request)
    assert.equal(plan.action, action, name)
    assert.deepEqual(
      plan.reasons.map(({ code }) => code.replace('plan/', '')),
      reasons,
      name,
    )
  }
})

test('planUpdate() names who survives, who is interrupted and who is lost', () => {
  const survivors = [...base.survivors, broken]
  const soft = planUpdate({ ...base, survivors })
  assert.deepEqual(soft.survives, ['web'])
  assert.deepEqual(soft.interrupts, ['db.service', 'batch.service'])
  assert.deepEqual(soft.lost, [{ name: 'db', why: 'its conmon holds the old slot' }])

  const reboot = planUpdate({ ...newKernel, survivors })
  assert.deepEqual(reboot.survives, [])
  assert.deepEqual(reboot.interrupts, ['web.service', 'db.service', 'batch.service'])
  assert.deepEqual(
    reboot.lost.map(({ name, why }) => [name, why]),
    [
      ['web', 'a new kernel ends every process'],
      ['db', 'a new kernel ends every process'],
    ],
  )

  const refused = planUpdate({ ...base, survivors, policy: 'soft-required' })
  assert.deepEqual([refused.survives, refused.interrupts, refused.lost], [['web', 'db'], [], []])
})

test('planUpdate() sums up in three lines', () => {
  assert.deepEqual(planUpdate({ ...base, survivors: [...base.survivors, broken] }).summary, [
    '1.0.0 -> 1.1.0 by soft reboot: the kernel keeps running, the system above it is replaced',
    'Survives: web; interrupted: db.service, batch.service; lost: db (its conmon holds the old slot)',
    'Why: Kernel, initramfs and command line stay the same; db would not survive: its conmon holds the old slot',
  ])
  assert.deepEqual(planUpdate(newKernel).summary, [
    '1.0.0 -> 1.1.0 by reboot: the whole machine restarts',
    'Survives: nothing; interrupted: web.service, batch.service',
    'Why: The kernel changes: 6.12.57-amd64 to 6.12.60-amd64',
  ])
  assert.equal(
    planUpdate({ ...base, target: base.running, survivors: [] }).summary[1],
    'Nothing is interrupted',
  )
  assert.deepEqual(planUpdate({ ...base, target: base.running }).summary, [
    '1.0.0 runs already: there is nothing to do',
    'Nothing is interrupted; keeps running: web',
    'Why: 1.0.0 runs already',
  ])
  const others = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((name) => `${name}.service`)
  assert.match(planUpdate({ ...base, others }).summary[1], /a\.service, .*e\.service and 2 more$/)
})

test('planUpdate() says what of the command line changes', () => {
  const text = (cmdline: string) => planUpdate(withTarget({ cmdline })).summary[2]
  assert.equal(
    text('console=tty0 console=ttyS0 debug'),
    'Why: The kernel command line changes: adds debug, drops quiet',
  )
  assert.equal(
    text('console=ttyS0 console=tty0 quiet'),
    'Why: The kernel command line changes: reorders console',
  )
})

const versions = fc.constantFrom('1.0.0-rc.1', '1.0.0', '1.1.0', '2.0.0')
const digests = fc.constantFrom(sha('a'), sha('b'))
const identities = fc.record({
  version: versions,
  kernel: fc.record({ release: fc.constantFrom('6.12', '6.13'), sha256: digests }),
  initramfs: fc.record({ sha256: digests }),
  cmdline: fc.constantFrom('quiet', 'quiet debug', 'debug quiet'),
  systemd: fc.record({ version: fc.constantFrom(254, 255, 257) }),
})
const survivors = fc.uniqueArray(
  fc.record({
    unit: fc.constantFrom('a.service', 'b.service', 'c.service'),
    name: fc.string(),
    ready: fc.boolean(),
  }),
  { selector: ({ unit }) => unit },
)
const requests: fc.Arbitrary<PlanRequest> = fc.record({
  running: identities,
  booted: identities,
  target: identities,
  host: fc.record({ systemdSoftReboot: fc.boolean(), kexec: fc.boolean(), extensionsChanged: fc.boolean() }),
  survivors,
  others: fc.array(fc.constantFrom('x.service', 'y.service')),
  policy: fc.constantFrom('auto' as const, 'soft-required' as const, 'reboot' as const),
  allowKexec: fc.boolean(),
  allowDowngrade: fc.boolean(),
})

test('planUpdate() keeps its promises for any request', () => {
  fc.assert(
    fc.property(requests, (request) => {
      const { running, booted, target, host, policy, allowKexec, allowDowngrade } = request
      const plan = planUpdate(request)
      const { action } = plan
      const order = compareVersions(target.version, running.version)

      assert.ok(plan.reasons.length > 0)
      assert.ok(plan.summary.every((line) => line !== '' && !/[\x00-\x1f]/.test(line)))
      if (order === 0) assert.ok(action === 'nothing' || action === 'refresh-extensions')
      if (order < 0 && !allowDowngrade) assert.equal(action, 'refuse')
      if (policy === 'soft-required') assert.ok(action !== 'reboot' && action !== 'kexec')
      if (policy === 'reboot') assert.notEqual(action, 'soft-reboot')
      if (action === 'kexec') assert.ok(allowKexec && host.kexec)
      if (action === 'soft-reboot') {
        assert.equal(booted.kernel.sha256, target.kernel.sha256)
        assert.equal(booted.initramfs.sha256, target.initramfs.sha256)
        assert.ok(host.systemdSoftReboot && running.systemd.version >= 255 && target.systemd.version >= 255)
      }
    }),
  )
})

test('planUpdate() accounts for every unit once', () => {
  fc.assert(
    fc.property(requests, (request) => {
      const { action, survives, interrupts, lost } = planUpdate(request)
      assert.equal(survives.length + lost.length, request.survivors.length)
      assert.equal(new Set(interrupts).size, interrupts.length)
      const acts = action === 'soft-reboot' || action === 'kexec' || action === 'reboot'
      for (const unit of request.others) assert.equal(interrupts.includes(unit), acts)
      if (!acts) assert.equal(lost.length, 0)
      if (action === 'kexec' || action === 'reboot') assert.equal(survives.length, 0)
    }),
  )
})

test('planUpdate() with policy auto does not mind survivors that are not ready', () => {
  fc.assert(
    fc.property(requests, (request) => {
      const all = request.survivors.map((survivor) => ({ ...survivor, ready: true }))
      const auto = { ...request, policy: 'auto' } as const
      assert.equal(planUpdate(auto).action, planUpdate({ ...auto, survivors: all }).action)
    }),
  )
})
