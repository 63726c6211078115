import { mustRun } from './must-run.ts'
import { quickjsAttached } from './quickjs-attached.ts'
import { assertProgram, execOptions, isOnPath } from './quickjs-environment.ts'
import { quickjsJob } from './quickjs-job.ts'
import { os } from './quickjs-modules.ts'
import { quickjsStream } from './quickjs-stream.ts'
import { quickjsWatcher } from './quickjs-watcher.ts'
import type { Programs } from './sys.ts'

const stderrFd = 2

/** Returns the way to run other programs from QuickJS. */
export function quickjsPrograms(): Programs {
  const programs: Programs = {
    run: (argv, options) => quickjsJob(argv, options).wait(),
    mustRun: (argv, options) => mustRun(programs, argv, options),
    start: quickjsJob,
    runAttached: quickjsAttached,
    openStream: quickjsStream,
    spawnDetached(argv, options = {}) {
      assertProgram(argv)
      return os.exec([...argv], { block: false, stdout: stderrFd, ...execOptions(options) })
    },
    watch(argv) {
      assertProgram(argv)
      return quickjsWatcher(argv)
    },
    has: isOnPath,
  }
  return programs
}
