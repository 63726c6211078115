import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import type { UpdateStatus } from '@afloat/host/update/status'
import { AfloatError } from '@afloat/report'
import type { Machine } from '../machine.ts'
import { fetchPage } from './ready.ts'

/** Several times what a slow computer takes for a switch and the verdict about it. */
const settledTimeoutMs = 480_000
const pollMs = 1000

export type { UpdateStatus } from '@afloat/host/update/status'

export async function readStatus(machine: Machine): Promise<UpdateStatus> {
  return JSON.parse(await machine.sh('afloatctl status --json')) as UpdateStatus
}

/** What `afloatctl` ended with: its exit code, and the object it printed. */
export type Ordered = {
  readonly code: number
  readonly outcome?: string
  readonly version?: string
  readonly plan?: { readonly action: string; readonly summary: readonly string[] }
  readonly error?: { readonly code: string; readonly message: string; readonly hint?: string }
}

/** Runs a command of `afloatctl` to its end; undefined when the machine went down before it had an answer. */
export async function order(machine: Machine, words: string): Promise<Ordered | undefined> {
  try {
    const { code, stdout } = await machine.exec(`afloatctl ${words} --json`, { timeoutMs: 400_000 })
    return { code, ...(JSON.parse(stdout) as Omit<Ordered, 'code'>) }
  } catch (error) {
    if (error instanceof AfloatError && error.code === 'vm/exec-interrupted') return undefined
    throw error
  }
}

/**
 * Waits until nothing is under way and the last update is another one than the one that ended at `notAt`.
 * Throws with the agent's log when that takes too long.
 */
export async function untilSettled(machine: Machine, notAt: string | undefined): Promise<UpdateStatus> {
  const end = Date.now() + settledTimeoutMs
  for (;;) {
    const status = await readStatus(machine).catch(() => undefined) // it may be between two lives
    if (status?.state === 'idle' && status.lastUpdate !== undefined && status.lastUpdate.at !== notAt)
      return status
    if (Date.now() > end) throw new Error(`No update has ended:\n${await describe(machine)}`)
    await sleep(pollMs)
  }
}

/** Orders a switch with `words`, and waits until it was found good. */
export async function updateTo(machine: Machine, version: string, words = 'update'): Promise<UpdateStatus> {
  const before = await readStatus(machine)
  const ordered = await order(machine, words)
  if (ordered !== undefined)
    assert.equal(ordered.outcome, 'switching', `${JSON.stringify(ordered)}\n${await describe(machine)}`)
  const status = await untilSettled(machine, before.lastUpdate?.at)
  await assertUpdated(machine, status, version)
  return status
}

/** Fails, with the agent's log, unless the machine runs the version and its last update ended well. */
export async function assertUpdated(machine: Machine, status: UpdateStatus, version: string): Promise<void> {
  const { running, lastUpdate } = status
  const found = [running.version, lastUpdate?.to, lastUpdate?.outcome]
  if (found.some((word, index) => word !== [version, version, 'good'][index]))
    assert.fail(`Machine is not at ${version}: ${JSON.stringify(status)}\n${await describe(machine)}`)
}

/** What a person would look at who wonders why an update does not end. */
export async function describe(machine: Machine): Promise<string> {
  const script = `afloatctl status; afloatctl boots; cat /var/lib/afloat/update/*.json
    journalctl --quiet --no-pager --output=short-precise --lines=80 \
      -u afloat-update -u afloat-guard -u afloat-health -u afloat-life`
  const { stdout, stderr } = await machine.exec(script)
  return `${stdout}${stderr}`
}

/** What a machine may run: its version and the root hash that its /usr is verified with. */
export type WholeRelease = { readonly version: string; readonly rootHash: string }

/** Fails unless the machine runs one of the releases as it was built, and its containers serve. Returns which. */
export async function assertWhole(
  machine: Machine,
  among: readonly WholeRelease[],
  ports: Iterable<number>,
): Promise<WholeRelease> {
  const { running } = await readStatus(machine)
  const release = among.find(({ version }) => version === running.version)
  assert.equal(running.rootHash, release?.rootHash, `root hash of ${running.version}`)
  await assertVerified(machine, running.rootHash)
  for (const port of ports) assert.equal((await fetchPage(port)).status, 200, `port ${port}`)
  return release!
}

/** /usr is behind dm-verity with this root hash, and no damage was found. */
export async function assertVerified(machine: Machine, rootHash: string): Promise<void> {
  const device = await machine.sh('findmnt -n -o SOURCE /usr | tail -n 1')
  const [table, status] = (await machine.sh(`dmsetup table ${device}; dmsetup status ${device}`)).split('\n')
  assert.ok(table?.includes(` ${rootHash} `), table)
  assert.match(status ?? '', / verity V$/)
}

/** Names of the boot entries, without folder and ".efi", such as "afloat_1.0.0+3". */
export async function bootEntries(machine: Machine): Promise<string[]> {
  const names = await machine.sh('ls /boot/EFI/Linux')
  return names.split('\n').map((name) => name.replace(/\.efi$/, ''))
}
