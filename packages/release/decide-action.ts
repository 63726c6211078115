import { compareCmdlines } from './compare-cmdlines.ts'
import type { PlanReason, PlanReasonCode, PlanRequest, UpdatePlan } from './plan.ts'
import { compareVersions } from './version.ts'

type Decision = Pick<UpdatePlan, 'action' | 'reasons'>

/** Survivors are kept from this version on. Source: systemd NEWS, 255 (SurviveFinalKillSignal=) */
const oldestSystemd = 255

/** Chooses the action. What an update is for comes first, then whether it may be made, then how. */
export function decideAction(request: PlanRequest): Decision {
  return sameVersion(request) ?? refusal(request) ?? howToSwitch(request)
}

function sameVersion({ running, target, host }: PlanRequest): Decision | undefined {
  if (compareVersions(target.version, running.version) !== 0) return undefined
  const { version } = running
  const [has, wanted] = [running.rootHash, target.usrRootHash]
  if (has !== undefined && wanted !== undefined && has !== wanted) {
    const text = `${version} runs already with other contents: a changed release needs a version of its own`
    return { action: 'refuse', reasons: [reason('plan/same-version', text)] }
  }
  return host.extensionsChanged === true
    ? {
        action: 'refresh-extensions',
        reasons: [reason('plan/extensions-changed', `${version} runs already, its extensions changed`)],
      }
    : { action: 'nothing', reasons: [reason('plan/up-to-date', `${version} runs already`)] }
}

function refusal({ running, target, allowDowngrade }: PlanRequest): Decision | undefined {
  const refuse = (code: PlanReasonCode, text: string): Decision => ({
    action: 'refuse',
    reasons: [reason(code, text)],
  })
  if (compareVersions(target.version, running.version) < 0 && allowDowngrade !== true)
    return refuse('plan/downgrade', `${target.version} is older than ${running.version}, which runs`)
  const { minimumVersion } = target
  if (minimumVersion !== undefined && compareVersions(running.version, minimumVersion) < 0) {
    const text = `${target.version} can be installed on ${minimumVersion} or later, ${running.version} runs`
    return refuse('plan/minimum-version', text)
  }
  return undefined
}

function howToSwitch(request: PlanRequest): Decision {
  const { policy } = request
  if (policy === 'reboot')
    return restart(request, [reason('plan/policy-reboot', 'The update strategy asks for a reboot')])
  const obstacles = softRebootObstacles(request)
  const notReady = request.survivors.filter(({ ready }) => !ready).map(survivorReason)
  const softRequired = reason('plan/policy-soft-required', 'The update strategy allows a soft reboot only')
  if (obstacles.length > 0)
    return policy === 'auto'
      ? restart(request, obstacles)
      : { action: 'refuse', reasons: [...obstacles, softRequired] }
  if (notReady.length > 0 && policy === 'soft-required')
    return { action: 'refuse', reasons: [...notReady, softRequired] }
  // A full reboot would lose those that are not ready as well, and all others with them.
  const unchanged = reason('plan/boot-unchanged', 'Kernel, initramfs and command line stay the same')
  return { action: 'soft-reboot', reasons: [unchanged, ...notReady] }
}

/** What stands against a soft reboot; it is the running kernel that must fit, whichever `/usr` runs above it. */
function softRebootObstacles({ running, booted, target, host }: PlanRequest): PlanReason[] {
  const found: PlanReason[] = []
  if (booted.kernel.sha256 !== target.kernel.sha256) {
    const [from, to] = [booted.kernel.release, target.kernel.release]
    const change = from === to ? `another build of ${to}` : `${from} to ${to}`
    found.push(reason('plan/kernel-changed', `The kernel changes: ${change}`))
  }
  if (booted.initramfs.sha256 !== target.initramfs.sha256)
    found.push(reason('plan/initramfs-changed', 'The initramfs changes'))
  const cmdline = describeCmdlineChange(booted.cmdline, target.cmdline)
  if (cmdline !== '')
    found.push(reason('plan/cmdline-changed', `The kernel command line changes: ${cmdline}`))
  if (!host.systemdSoftReboot)
    found.push(reason('plan/soft-reboot-unavailable', 'This machine has no soft reboot'))
  for (const [code, whose, { version }] of [
    ['plan/systemd-running', 'that runs', running.systemd],
    ['plan/systemd-target', `of ${target.version}`, target.systemd],
  ] as const) {
    if (version < oldestSystemd)
      found.push(reason(code, `The systemd ${whose} is ${version}, a soft reboot needs ${oldestSystemd}`))
  }
  return found
}

function describeCmdlineChange(before: string, after: string): string {
  const { added, removed, reordered } = compareCmdlines(before, after)
  const part = (verb: string, words: readonly string[]) =>
    words.length === 0 ? [] : [`${verb} ${words.join(' ')}`]
  return [...part('adds', added), ...part('drops', removed), ...part('reorders', reordered)].join(', ')
}

function survivorReason({ name, problem }: PlanRequest['survivors'][number]): PlanReason {
  return reason('plan/survivor-not-ready', `${name} would not survive: ${problem ?? 'it is not ready'}`)
}

function restart({ allowKexec, host }: PlanRequest, reasons: readonly PlanReason[]): Decision {
  if (!allowKexec) return { action: 'reboot', reasons }
  return host.kexec
    ? {
        action: 'kexec',
        reasons: [...reasons, reason('plan/kexec', 'Kexec is allowed, so the firmware is left out')],
      }
    : {
        action: 'reboot',
        reasons: [
          ...reasons,
          reason('plan/kexec-unavailable', 'Kexec is allowed, but this machine cannot do it'),
        ],
      }
}

function reason(code: PlanReasonCode, text: string): PlanReason {
  return { code, text }
}
