import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { repoDir } from '@afloat/build/paths'

export type CliResult = { readonly code: number | null; readonly stdout: string; readonly stderr: string }

/** The `afloat` command, running as it does for a user: a process of its own. */
export type Cli = {
  readonly pid: number
  /** Resolves when it has said something for the first time, or ended. */
  readonly spoken: Promise<void>
  readonly ended: Promise<CliResult>
  signal(signal: NodeJS.Signals): void
}

/** Starts `afloat` with these arguments. */
export function startCli(args: readonly string[], env: Readonly<Record<string, string>> = {}): Cli {
  const child = spawn(process.execPath, [join(repoDir, 'apps/cli/main.ts'), ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  })
  const spoken = Promise.withResolvers<void>()
  for (const output of [child.stdout, child.stderr]) output.once('data', () => spoken.resolve())
  child.once('close', () => spoken.resolve())
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (chunk) => {
    stdout += chunk
  })
  child.stderr.on('data', (chunk) => {
    stderr += chunk
  })
  const ended = new Promise<CliResult>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, stdout, stderr }))
  })
  return { pid: child.pid!, spoken: spoken.promise, ended, signal: (signal) => void child.kill(signal) }
}
