import { setTimeout as sleep } from 'node:timers/promises'
import { AfloatError } from '@afloat/report'
import type { Machine } from '@afloat/vm/machine'

/** What an update came to, as "afloatctl status --json" tells it. */
export type UpdateOutcome = {
  readonly from: string
  readonly to: string
  readonly action?: 'soft-reboot' | 'kexec' | 'reboot'
  readonly outcome: 'good' | 'failed'
  readonly reason?: string
}

/** The part of "afloatctl status --json" that is used here. */
export type UpdateStatus = {
  readonly running: { readonly version: string; readonly slot: string }
  readonly state: string
  readonly lastUpdate?: UpdateOutcome
  readonly lastError?: { readonly code: string; readonly message: string; readonly hint?: string }
}

export type FollowOptions = {
  /** Called with what the agent does, and how far it is where that can be told. */
  readonly onProgress?: (text: string) => void
  /** Between two looks, each of which costs the machine some work. Default 700. */
  readonly pollMs?: number
  /** Default 15 minutes. */
  readonly timeoutMs?: number
}

/** Asks a machine for its status; throws what exec() throws while it is being switched. */
export async function readStatus(machine: Machine): Promise<UpdateStatus> {
  return JSON.parse(await machine.sh('afloatctl status --json', { timeoutMs: 30_000 })) as UpdateStatus
}

/**
 * Has a machine update to what its server offers, and follows it through the switch to the verdict of its health gate
 * about `version`. Throws `update/refused` when the agent gives up before a switch, `update/timeout`.
 */
export async function followUpdate(
  machine: Machine,
  version: string,
  options: FollowOptions = {},
): Promise<UpdateOutcome> {
  const end = Date.now() + (options.timeoutMs ?? 900_000)
  await machine.sh('afloatctl update --no-follow')
  for (;;) {
    const files = await readFiles(machine).catch(unlessGone)
    if (files?.record?.lastUpdate?.to === version) return files.record.lastUpdate
    const { lastError, state } = files?.record ?? {}
    if (lastError !== undefined && state?.name === 'idle') throw refused(lastError)
    options.onProgress?.(describe(files))
    if (Date.now() > end)
      throw new AfloatError('update/timeout', `Machine did not get to version ${version} in time`)
    await sleep(options.pollMs ?? 700)
  }
}

/** While it is being switched a machine does not answer; one that has ended never will. */
function unlessGone(error: unknown): undefined {
  if (error instanceof AfloatError && error.code === 'vm/machine-exited') throw error
  return undefined
}

function refused({ message, code, hint }: NonNullable<UpdateStatus['lastError']>): AfloatError {
  return new AfloatError('update/refused', `Machine does not update: ${message} (${code})`, {
    ...(hint === undefined ? {} : { hint }),
  })
}

/** What the agent writes down while it works: asking for its status again and again would slow it down. */
type AgentFiles = {
  readonly record:
    | (Pick<UpdateStatus, 'lastUpdate' | 'lastError'> & { readonly state: { readonly name: string } })
    | undefined
  readonly progress:
    | { readonly step: string; readonly bytesDone?: number; readonly bytesTotal?: number }
    | undefined
}

async function readFiles(machine: Machine): Promise<AgentFiles> {
  const script = 'cat /var/lib/afloat/update/state.json; echo; cat /run/afloat/update/progress.json'
  const { stdout } = await machine.exec(script, { timeoutMs: 20_000 })
  const [record, progress] = stdout.split(/\n+/, 2)
  const parse = (text: string | undefined) => (text ? JSON.parse(text) : undefined)
  return { record: parse(record), progress: parse(progress) }
}

function describe(files: AgentFiles | undefined): string {
  const { step = 'done', bytesDone, bytesTotal } = files?.progress ?? {}
  if (files === undefined) return 'switch'
  if (step === 'done') return files.record?.state.name === 'acting' ? 'health gate' : 'wait'
  if (bytesDone === undefined || bytesTotal === undefined) return step
  const percent = Math.floor((100 * bytesDone) / bytesTotal)
  return `${step} ${percent} % (${megabytes(bytesDone)} of ${megabytes(bytesTotal)})`
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`
}
