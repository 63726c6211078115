import { existsSync, readdirSync, rmSync } from 'node:fs'
import { mkdir, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { cacheDir, writeAtomic } from '@afloat/build/cache'
import { AfloatError } from '@afloat/report'
import { isRunning, type ProcessRef, processRef } from './process-ref.ts'

/** What other commands need to know about a machine that runs; `state.json` in its folder. */
export type MachineState = {
  readonly name: string
  readonly dir: string
  /** The Afloat process that started it and answers on the control socket. */
  readonly owner: ProcessRef
  /** Undefined until QEMU was started. */
  readonly qemu: ProcessRef | undefined
  readonly startedAt: string
  readonly sshPort: number | undefined
  readonly sshKey: string | undefined
  readonly ports: readonly { readonly host: number; readonly guest: number }[]
  readonly disk: string | undefined
  /** Files that stay in the folder after the machine has ended; none: the folder goes as well. */
  readonly keep: readonly string[]
}

const namePattern = /^[a-z0-9][a-z0-9._-]{0,62}$/

/** The folder of a machine; throws `vm/bad-name` for a name that is no good file name. */
export function machineDir(name: string): string {
  if (!namePattern.test(name)) {
    throw new AfloatError(
      'vm/bad-name',
      `Cannot use machine name "${name}": expected up to 63 lower-case letters, digits, ".", "_" or "-"`,
      { hint: 'Choose another name with --name' },
    )
  }
  return join(machinesDir(), name)
}

/** Throws `vm/name-taken` while a machine of that name runs, `vm/bad-name` for one that cannot be used. */
export async function checkNameFree(name: string): Promise<void> {
  const state = await readState(machineDir(name))
  if (state !== undefined && isAlive(state)) {
    throw new AfloatError('vm/name-taken', `Cannot start machine "${name}": one of that name is running`, {
      hint: `Choose another name with --name, or stop it: afloat stop ${name}`,
    })
  }
}

/**
 * Makes the folder of a new machine and registers it. What a dead machine of that name left is removed, except for
 * the files named in `keep`. Throws `vm/name-taken` while one of that name runs.
 */
export async function claimMachineDir(name: string, keep: readonly string[] = []): Promise<MachineState> {
  const dir = machineDir(name)
  await checkNameFree(name)
  await mkdir(dir, { recursive: true, mode: 0o700 })
  removeAllBut(dir, keep)
  const claimed: MachineState = {
    name,
    dir,
    owner: processRef(process.pid)!,
    qemu: undefined,
    startedAt: new Date().toISOString(),
    sshPort: undefined,
    sshKey: undefined,
    ports: [],
    disk: undefined,
    keep,
  }
  await writeState(claimed)
  return claimed
}

export async function writeState(state: MachineState): Promise<void> {
  await writeAtomic(join(state.dir, 'state.json'), `${JSON.stringify(state, null, 2)}\n`)
}

/** Returns the machines that run, by name; folders of dead ones without a kept disk are removed on the way. */
export async function listMachines(): Promise<MachineState[]> {
  const names = await readdir(machinesDir()).catch(() => [] as string[])
  const states: MachineState[] = []
  for (const name of names.sort()) {
    const dir = join(machinesDir(), name)
    const state = await readState(dir)
    if (state === undefined) continue // being started, or kept on purpose
    if (isAlive(state)) states.push(state)
    else forget(state)
  }
  return states
}

/**
 * Takes a machine that has ended off the list and removes its folder, or what is not to be kept in it.
 * Synchronous, as it is also the last thing that a process does.
 */
export function forget({ dir, keep }: MachineState): void {
  if (keep.length === 0) rmSync(dir, { recursive: true, force: true })
  else if (existsSync(dir)) removeAllBut(dir, keep)
}

/** Returns a running machine; throws `vm/no-machine` with the names of those that run. */
export async function findMachine(name: string | undefined): Promise<MachineState> {
  const states = await listMachines()
  const found =
    name === undefined ? (states.length === 1 ? states[0] : undefined) : states.find((s) => s.name === name)
  if (found !== undefined) return found
  const running = states.length === 0 ? 'none is running' : `running: ${states.map((s) => s.name).join(', ')}`
  throw new AfloatError(
    'vm/no-machine',
    name === undefined
      ? `Cannot tell which machine is meant: ${running}`
      : `Cannot find machine "${name}": ${running}`,
    { hint: states.length === 0 ? 'Start one: afloat run CONFIG.yaml' : 'Give one of these names' },
  )
}

function removeAllBut(dir: string, keep: readonly string[]): void {
  for (const entry of readdirSync(dir)) {
    if (!keep.includes(entry)) rmSync(join(dir, entry), { recursive: true, force: true })
  }
}

function isAlive(state: MachineState): boolean {
  return isRunning(state.owner) || (state.qemu !== undefined && isRunning(state.qemu))
}

async function readState(dir: string): Promise<MachineState | undefined> {
  try {
    return JSON.parse(await readFile(join(dir, 'state.json'), 'utf8')) as MachineState
  } catch {
    return undefined // none yet, or cut off by a crash
  }
}

function machinesDir(): string {
  return join(cacheDir(), 'machines')
}
