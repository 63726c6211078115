import type { PlanRequest, UpdatePlan } from './plan.ts'

type Fates = Pick<UpdatePlan, 'survives' | 'interrupts' | 'lost'>

/** Three lines for people: what happens, what survives and what is interrupted, why. */
export function summarize(
  request: PlanRequest,
  { action, reasons }: Pick<UpdatePlan, 'action' | 'reasons'>,
  fates: Fates,
): [string, string, string] {
  const { running, target } = request
  const step = `${running.version} -> ${target.version}`
  const what = {
    nothing: `${running.version} runs already: there is nothing to do`,
    'refresh-extensions': `${running.version} stays, its extensions are refreshed`,
    'soft-reboot': `${step} by soft reboot: the kernel keeps running, the system above it is replaced`,
    kexec: `${step} by kexec: the new kernel starts at once, without the firmware`,
    reboot: `${step} by reboot: the whole machine restarts`,
    refuse: `${target.version} is not installed: ${running.version} stays`,
  }[action]
  return [what, survival(fates), `Why: ${reasons.map(({ text }) => text).join('; ')}`].map(oneLine) as [
    string,
    string,
    string,
  ]
}

function survival({ survives, interrupts, lost }: Fates): string {
  if (interrupts.length === 0 && lost.length === 0)
    return survives.length === 0
      ? 'Nothing is interrupted'
      : `Nothing is interrupted; keeps running: ${some(survives)}`
  const parts = [
    `Survives: ${survives.length === 0 ? 'nothing' : some(survives)}`,
    `interrupted: ${some(interrupts)}`,
  ]
  if (survives.length > 0 && lost.length > 0)
    parts.push(`lost: ${lost.map(({ name, why }) => `${name} (${why})`).join(', ')}`)
  return parts.join('; ')
}

const shownNames = 5

function some(names: readonly string[]): string {
  const rest = names.length - shownNames
  return rest > 0 ? `${names.slice(0, shownNames).join(', ')} and ${rest} more` : names.join(', ')
}

/** Names and problems come from elsewhere: none of them may break out of its line. */
function oneLine(text: string): string {
  return text.replaceAll(/[\x00-\x1f\x7f-\x9f]+/g, ' ')
}
