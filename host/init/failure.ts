import type { Cmdline } from '@afloat/cmdline'
import type { Sys } from '../sys/sys.ts'
import type { BootLog } from './boot-log.ts'
import { failureScreen } from './failure-screen.ts'
import { places } from './places.ts'

/** How long the failure screen stands before the machine restarts, unless the command line says otherwise. */
const defaultDelaySeconds = 60

type OnFailure = 'reboot' | 'hold' | 'shell'

/** What happens after the failure screen; `delaySeconds` is for a restart. */
export type FailurePolicy = { readonly onFailure: OnFailure; readonly delaySeconds: number }

/**
 * Shows why the boot failed and leaves for PID 1 what to do about it.
 * `afloat.on_failure=` on the command line is `reboot` (default: with boot counting, the way back to the
 * other slot) after `afloat.failure_delay=` seconds, `hold` or `shell`.
 */
export async function showFailure(sys: Sys, log: BootLog, cmdline: Cmdline, error: unknown): Promise<void> {
  const policy = readPolicy(cmdline)
  const screen = failureScreen(error, log.tail(12), {
    title: 'This machine did not boot',
    unknownCode: 'init/unexpected',
    usualHint,
    consequence: consequences[policy.onFailure](policy),
  })
  for (const line of screen) sys.log(line)
  sys.makeDirs('/run/afloat')
  sys.writeFile(places.next, nextSteps[policy.onFailure](policy))
}

const usualHint = 'Restart the machine; if it fails again, boot the other slot from the boot menu'

function readPolicy(cmdline: Cmdline): FailurePolicy {
  const action = cmdline.get('afloat.on_failure')
  const delay = cmdline.get('afloat.failure_delay') ?? ''
  return {
    onFailure: action === 'hold' || action === 'shell' ? action : 'reboot',
    delaySeconds: /^\d{1,6}$/.test(delay) ? Number(delay) : defaultDelaySeconds,
  }
}

const consequences: Record<OnFailure, (policy: FailurePolicy) => string> = {
  reboot: ({ delaySeconds }) => `The machine restarts in ${delaySeconds} seconds (afloat.on_failure=reboot).`,
  hold: () => 'The machine waits until it is switched off (afloat.on_failure=hold).',
  shell: () => 'A shell follows; its end restarts the machine (afloat.on_failure=shell).',
}

const nextSteps: Record<OnFailure, (policy: FailurePolicy) => string> = {
  reboot: ({ delaySeconds }) => `sync\nsleep ${delaySeconds}\nreboot -f\n`,
  hold: () => 'sync\nwhile :; do sleep 3600; done\n',
  shell: () => 'setsid cttyhack sh\nsync\nreboot -f\n',
}
