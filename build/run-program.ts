import { spawn } from 'node:child_process'
import { AfloatError } from '@afloat/report'

/**
 * Runs a program to its end and returns its standard output.
 * Throws `tool/failed` with the command as a person would type it, the exit code and the last lines of its
 * standard error; `tool/missing` when there is no such program.
 */
export function runProgram(
  argv: readonly string[],
  options: {
    input?: string | Uint8Array
    cwd?: string
    env?: NodeJS.ProcessEnv
    /** What to call the command in errors, when argv is a wrapper around it. */
    name?: string
    hint?: string
  } = {},
): Promise<string> {
  const name = options.name ?? argv.join(' ')
  return new Promise((resolve, reject) => {
    const child = spawn(argv[0]!, argv.slice(1), {
      cwd: options.cwd,
      env: options.env,
      stdio: ['pipe', 'pipe', 'pipe'],
    })
    const out: Buffer[] = []
    const err: Buffer[] = []
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk))
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk))
    child.stdin.on('error', () => {}) // the exit code tells more than a broken pipe
    child.stdin.end(options.input)
    child.on('error', (cause) =>
      reject(
        new AfloatError('tool/missing', `Cannot run "${argv[0]}": ${cause.message}`, {
          cause,
          ...hint(options),
        }),
      ),
    )
    child.on('close', (code, signal) => {
      if (code === 0) return resolve(Buffer.concat(out).toString('utf8'))
      const tail = Buffer.concat(err).toString('utf8').trim().split('\n').slice(-15).join('\n')
      const how = signal === null ? `exit code ${code}` : `signal ${signal}`
      reject(new AfloatError('tool/failed', `Command failed with ${how}: ${name}\n${tail}`, hint(options)))
    })
  })
}

function hint(options: { hint?: string }): { hint?: string } {
  return options.hint === undefined ? {} : { hint: options.hint }
}
