import { quickjsFiles } from './quickjs-files.ts'
import { os } from './quickjs-modules.ts'
import { quickjsPrograms } from './quickjs-programs.ts'
import { quickjsTerminal } from './quickjs-terminal.ts'
import type { Sys } from './sys.ts'

/** Returns the door to the machine that this QuickJS runs on. */
export function quickjsSys(): Sys {
  const programs = quickjsPrograms()
  const files = quickjsFiles(programs)
  return {
    ...files,
    ...programs,
    ...quickjsTerminal(),
    uptimeMs: () => os.now(),
    nowMs: () => Date.now(),
    sleepMs: (durationMs) => os.sleep(durationMs),
    randomBytes: (count) => files.readBytes('/dev/urandom', { length: count })!,
  }
}
