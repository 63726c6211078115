import { AfloatError } from '@afloat/report'
import { shellLine } from './shell-line.ts'
import type { MustRunOptions, Programs } from './sys.ts'

const tailLines = 15

/** Runs a program that must succeed and returns what it printed; see `Programs.mustRun`. */
export function mustRun(
  programs: Pick<Programs, 'run'>,
  argv: readonly string[],
  options: MustRunOptions = {},
): string {
  const result = programs.run(argv, options)
  if (result.code === 0 && !result.timedOut) return result.stdout
  const secrets = options.secrets ?? []
  const line = hide(shellLine(argv), secrets)
  const tail = hide(result.stderr.trim().split('\n').slice(-tailLines).join('\n'), secrets)
  const how = result.timedOut ? `no end after ${options.timeoutMs} ms` : `exit code ${result.code}`
  throw new AfloatError(
    result.timedOut ? 'sys/command-timeout' : 'sys/command-failed',
    `Command failed with ${how}: ${line}${tail === '' ? '' : `\n${tail}`}`,
    {
      ...(options.hint === undefined ? {} : { hint: options.hint }),
      details: { command: line, exitCode: result.code, stderr: tail },
    },
  )
}

function hide(text: string, secrets: readonly string[]): string {
  return secrets
    .filter((secret) => secret !== '')
    .reduce(
      (shown, secret) => shown.replaceAll(secret, '(hidden)').replaceAll(shellLine([secret]), '(hidden)'),
      text,
    )
}
