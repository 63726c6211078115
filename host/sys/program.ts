import { AfloatError } from '@afloat/report'
import { std } from './quickjs-modules.ts'
import { quickjsSys } from './quickjs-sys.ts'
import type { Sys } from './sys.ts'

/**
 * Runs the main function of a host program and ends with the exit code that it returns.
 * Start it with `qjs --std --no-unhandled-rejection -m PROGRAM`: QuickJS 2025-04-26 takes the rejection of an async
 * function that throws before its first `await` for unhandled, and would end the program before `catch` sees it.
 * `args` are the words after the script. An error that `main` does not handle is printed with its code and
 * hint, or its stack when it is a bug; the exit code is then 1.
 */
export async function startProgram(
  main: (sys: Sys, args: readonly string[]) => number | Promise<number>,
): Promise<never> {
  const sys = quickjsSys()
  let code = 1
  try {
    code = await main(sys, scriptArgs.slice(1))
  } catch (error) {
    sys.log(describe(error))
  }
  std.out.flush()
  return std.exit(code)
}

function describe(error: unknown): string {
  if (error instanceof AfloatError) {
    return `${error.message} (${error.code})${error.hint === undefined ? '' : `\n${error.hint}`}`
  }
  return error instanceof Error ? `${error.name}: ${error.message}\n${error.stack ?? ''}` : String(error)
}
