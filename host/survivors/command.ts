import type { Sys } from '../sys/sys.ts'
import { listSurvivors } from './list-survivors.ts'
import { markSurvivors } from './mark-survivors.ts'
import { preflight } from './preflight.ts'
import { rebindNetns } from './rebind-netns.ts'

/** What units run: `mark` and `netns` change something, `list` and `check` print JSON. Exit code 2: wrong usage. */
export function survivorsCommand(sys: Sys, args: readonly string[]): number {
  switch (args[0]) {
    case 'mark':
      return say(sys, 'marked', markSurvivors(sys))
    case 'netns':
      return say(sys, 'bound', rebindNetns(sys))
    case 'list':
      sys.print(JSON.stringify(listSurvivors(sys)))
      return 0
    case 'check': {
      const findings = preflight(sys)
      sys.print(JSON.stringify(findings))
      return findings.some(({ fatal }) => fatal) ? 1 : 0
    }
    default:
      sys.log('Usage: survivors.js mark|netns|list|check')
      return 2
  }
}

function say(sys: Sys, verb: string, things: readonly string[]): number {
  for (const thing of things) sys.log(`afloat: ${verb} ${thing}`)
  return 0
}
