import { quickjsFiles } from './quickjs-files.ts'
import { os, std } from './quickjs-modules.ts'
import { quickjsPrograms } from './quickjs-programs.ts'
import type { Sys } from './sys.ts'

/** Returns the door to the machine that this QuickJS runs on. */
export function quickjsSys(): Sys {
  const programs = quickjsPrograms()
  return {
    ...quickjsFiles(programs),
    ...programs,
    uptimeMs: () => os.now(),
    nowMs: () => Date.now(),
    sleepMs: (durationMs) => os.sleep(durationMs),
    log(line) {
      std.err.puts(`${line}\n`)
      std.err.flush()
    },
    print(line) {
      std.out.puts(`${line}\n`)
      std.out.flush()
    },
  }
}
