import { parseCmdline } from '@afloat/cmdline'
import { startProgram } from '../sys/program.ts'
import { boot } from './boot.ts'
import { bootLog } from './boot-log.ts'
import { showFailure } from './failure.ts'

// Started by PID 1, the script init.sh, which afterwards does what /run/afloat/next says. Not awaited: while a timer
// is pending, QuickJS sleeps until it is due between any two steps of a top-level await.
void startProgram(async (sys) => {
  const log = bootLog(sys)
  const cmdline = parseCmdline(sys.readText('/proc/cmdline') ?? '')
  try {
    await boot(sys, log, cmdline)
    return 0
  } catch (error) {
    await showFailure(sys, log, cmdline, error)
    return 1
  }
})
