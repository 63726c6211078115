import { programMissing } from './errors.ts'
import { os, std } from './quickjs-modules.ts'
import type { RunOptions } from './sys.ts'

/** Returns the part of the options of `os.exec()` that is the same for every way to start a program. */
export function execOptions(options: Pick<RunOptions, 'env' | 'cwd'>): {
  env?: Record<string, string>
  cwd?: string
} {
  return {
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    ...(options.env === undefined ? {} : { env: { ...std.getenviron(), ...options.env } }),
  }
}

export function assertProgram(argv: readonly string[]): void {
  const name = argv[0] ?? ''
  if (!isOnPath(name)) throw programMissing(name)
}

/** Whether PATH leads to such a program. */
export function isOnPath(name: string): boolean {
  if (name.includes('/')) return os.stat(name)[1] === 0
  const dirs = (std.getenv('PATH') ?? '/usr/sbin:/usr/bin:/sbin:/bin').split(':')
  return name !== '' && dirs.some((dir) => os.stat(`${dir}/${name}`)[1] === 0)
}
