import type { OnFinish, PipelineConfig } from '@afloat/boot2container'
import type { Sys } from '../sys/sys.ts'
import { places } from './places.ts'

const commandFile = '/run/afloat/last-command'

/**
 * Says that all is over, in the words that CI systems look for, time in brackets included, and leaves for PID 1 what comes
 * next. What is on disks is unmounted by now.
 */
export function finish(
  sys: Sys,
  config: Pick<PipelineConfig, 'poweroffDelaySec' | 'shutdownCommand' | 'rebootCommand'>,
  { status, action }: { status: number; action: OnFinish },
): void {
  const say = (text: string) => sys.log(`[${(sys.uptimeMs() / 1000).toFixed(2)}]: ${text}`)
  say(`Execution is over, pipeline status: ${status}`)
  if (action === 'poweroff' || action === 'hold') say("It's now safe to turn off your computer")
  sys.makeDirs('/run/afloat')
  const command = action === 'reboot' ? config.rebootCommand : config.shutdownCommand
  // In a shell of its own: PID 1 would end with a mistake in it.
  if (command !== undefined) sys.writeFile(commandFile, `${command}\n`)
  sys.writeFile(places.next, nextScript(action, config.poweroffDelaySec, command !== undefined))
}

/** Returns the shell script that PID 1 goes on with. */
export function nextScript(action: OnFinish, delaySec: number, hasCommand: boolean): string {
  const last = hasCommand ? [`sh ${commandFile}`] : []
  switch (action) {
    case 'poweroff':
      return lines(['sync', ...(delaySec > 0 ? [`sleep ${delaySec}`] : []), ...last, 'poweroff -f'])
    case 'reboot':
      return lines(['sync', ...last, 'reboot -f'])
    case 'hold':
      return lines(['sync', 'while :; do sleep 3600; done'])
    // PID 1 begins anew, from memory.
    case 'rerun':
    case 'soft-reboot':
      return lines(['exec /init'])
  }
}

const lines = (commands: readonly string[]): string => commands.map((command) => `${command}\n`).join('')
