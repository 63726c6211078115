import { AfloatError } from '@afloat/report'
import type { Sys } from '../sys/sys.ts'
import { commands } from './commands/index.ts'
import { exitCodeOf, exitCodes } from './exit-codes.ts'
import { formatCommandHelp, formatHelp } from './help.ts'
import { parseArgs } from './parse-args.ts'
import { printError } from './print-error.ts'

/** `afloatctl`: returns the exit code. */
export function ctl(sys: Sys, args: readonly string[]): number {
  const parsed = parseArgs(commands, args)
  const json = args.includes('--json')
  switch (parsed.kind) {
    case 'help':
      sys.print(parsed.command === undefined ? formatHelp(commands) : formatCommandHelp(parsed.command))
      return exitCodes.ok
    case 'version':
      sys.print(`afloatctl ${versionOf(sys)}`)
      return exitCodes.ok
    case 'error':
      printError(sys, { code: 'ctl/usage', ...parsed }, json)
      return exitCodes.usage
    case 'run':
      break
  }
  if (!isRoot(sys)) {
    printError(
      sys,
      { code: 'ctl/not-root', message: 'Cannot do that: it needs root', hint: 'Use sudo' },
      json,
    )
    return exitCodes.privilege
  }
  try {
    return parsed.command.run(sys, parsed.input)
  } catch (error) {
    if (!(error instanceof AfloatError)) throw error
    printError(sys, error, json)
    return error.code === 'ctl/no-such-boot' ? exitCodes.notFound : exitCodeOf(error.code)
  }
}

function versionOf(sys: Sys): string {
  return /^IMAGE_VERSION="?([^"\n]+)/m.exec(sys.readText('/usr/lib/os-release') ?? '')?.[1] ?? 'unknown'
}

/** The second number is the effective user. Source: proc_pid_status(5) */
function isRoot(sys: Sys): boolean {
  return /^Uid:\s+\d+\s+0\s/m.test(sys.readText('/proc/self/status') ?? '')
}
