import { spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

/** Every process of a test run carries this in its environment, so that none can be overlooked at the end. */
const mark = `AFLOAT_TEST_RUN=${process.pid}-${Date.now()}`

export type Outcome = {
  code: number | null
  signal: NodeJS.Signals | null
  output: string
  timedOut: boolean
}

/** Adds what marks a process as belonging to this test run. */
export function markedEnv(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const [name, value] = mark.split('=') as [string, string]
  return { ...env, [name]: value }
}

/**
 * Runs a command of a stage. Its output goes to the terminal, or into the outcome with `quiet`.
 * After `deadlineMs` it is asked to end, as by Ctrl-C, so that it can still tell what it was doing.
 */
export function runCommand(
  argv: readonly string[],
  options: { cwd: string; env: NodeJS.ProcessEnv; quiet: boolean; deadlineMs: number },
): Promise<Outcome> {
  const child = spawn(argv[0]!, argv.slice(1), {
    cwd: options.cwd,
    env: markedEnv(options.env),
    stdio: ['ignore', ...(options.quiet ? (['pipe', 'pipe'] as const) : (['inherit', 'inherit'] as const))],
  })
  let output = ''
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (output += text))
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (output += text))
  let timedOut = false
  const timer = setTimeout(() => {
    timedOut = true
    child.kill('SIGTERM')
    setTimeout(() => stopMarked(0), graceMs).unref()
  }, options.deadlineMs)
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code, signal) => {
      clearTimeout(timer)
      resolve({ code, signal, output, timedOut })
    })
  })
}

/** How long processes may take to end by themselves: qemu needs a moment after its parent is gone. */
const graceMs = 3000

/** Waits for the marked processes to end, kills those that do not, and returns the command lines of these. */
export async function stopMarked(waitMs: number = graceMs): Promise<string[]> {
  const until = Date.now() + waitMs
  while (markedPids().length > 0 && Date.now() < until) await sleep(50)
  return markedPids().map((pid) => {
    const command = commandLine(pid)
    signal(pid, 'SIGKILL')
    return command
  })
}

/** Asks all marked processes to end. */
export function interruptMarked(): void {
  for (const pid of markedPids()) signal(pid, 'SIGTERM')
}

/** Empty where there is no /proc; there, processes end with the one that started them or not at all. */
function markedPids(): number[] {
  return list('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((pid) => read(`/proc/${pid}/environ`).split('\0').includes(mark))
    .map(Number)
}

function commandLine(pid: number): string {
  return read(`/proc/${pid}/cmdline`).split('\0').join(' ').trim().slice(0, 200)
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch {
    // it has ended meanwhile
  }
}

function list(dir: string): string[] {
  try {
    return readdirSync(dir)
  } catch {
    return []
  }
}

/** Reads a file of /proc; empty when the process has ended meanwhile or belongs to somebody else. */
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
