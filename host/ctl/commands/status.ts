import { readStatus, type UpdateStatus } from '../../update/status.ts'
import type { Command } from '../command.ts'
import { exitCodes } from '../exit-codes.ts'
import { formatBytes, formatTime } from '../format-time.ts'
import { formatTable } from '../table.ts'

export const status: Command = {
  name: 'status',
  usage: '',
  summary: 'Show what runs, and where an update stands',
  details: '',
  options: [],
  run(sys, { json }) {
    const found = readStatus(sys)
    if (json) sys.print(JSON.stringify(found))
    else for (const line of formatStatus(found)) sys.print(line)
    return exitCodes.ok
  },
}

/** For people. */
export function formatStatus(found: UpdateStatus): string[] {
  const { running, softReboots, other, config, lastError, lastUpdate, failed } = found
  const times =
    softReboots === 0 ? '' : `, soft-rebooted ${softReboots === 1 ? 'once' : `${softReboots} times`}`
  const rows: [string, string][] = [['Running', `${running.version} (slot ${running.slot}${times})`]]
  rows.push(['Other slot', other === undefined ? 'holds no release' : other.version])
  rows.push(['Update', describeState(found)])
  if (config === undefined) rows.push(['Server', 'none: this machine is not set up for updates'])
  else {
    const how = config.automatic ? 'installed automatically' : 'installed on request'
    rows.push(['Server', `${config.server} (group ${config.group}, ${how}, strategy ${config.strategy})`])
    if (config.windows.length > 0) {
      const state =
        found.nextWindowAt === undefined ? 'open now' : `next one opens ${shortTime(found.nextWindowAt)}`
      rows.push([
        'Windows',
        `${config.windows.join('; ')} (${config.automatic ? state : 'for what is automatic'})`,
      ])
    }
    if (config.keys === 0) rows.push(['Keys', 'none: every release is refused'])
  }
  rows.push(['Last check', found.lastCheckAt === undefined ? 'never' : shortTime(found.lastCheckAt)])
  if (found.nextCheckAt !== undefined) rows.push(['Next check', shortTime(found.nextCheckAt)])
  if (found.offered !== undefined && found.offered !== running.version) rows.push(['Offered', found.offered])
  if (lastUpdate !== undefined) {
    const { from, to, action, outcome, reason, at } = lastUpdate
    const way = action === undefined ? '' : ` by ${action}`
    const why = reason === undefined ? '' : `: ${reason}`
    rows.push(['Last update', `${from} -> ${to}${way}, ${outcome}${why} (${shortTime(at)})`])
  }
  if (failed.length > 0) rows.push(['Not tried again', failed.map(({ version }) => version).join(', ')])
  if (lastError !== undefined) {
    rows.push(['Last error', `${lastError.message} (${lastError.code}, ${shortTime(lastError.at)})`])
    if (lastError.hint !== undefined) rows.push(['Remedy', lastError.hint])
  }
  return formatTable(rows.map(([name, value]) => [`${name}:`, value]))
}

function describeState({ state, target, progress, nextWindowAt }: UpdateStatus): string {
  switch (state) {
    case 'idle':
      return progress?.step === 'check' ? 'asking the server' : 'none under way'
    case 'writing': {
      const { bytesDone, bytesTotal } = progress ?? {}
      if (bytesDone === undefined || bytesTotal === undefined) return `${target} is being fetched`
      const percent = Math.floor((bytesDone / bytesTotal) * 100)
      return `${target} is being fetched: ${percent} % (${formatBytes(bytesDone)} of ${formatBytes(bytesTotal)})`
    }
    case 'sealed':
      return `${target} is in the other slot${nextWindowAt === undefined ? '' : ', and waits for a window'}`
    case 'staged':
      return `${target} is ready, and waits for the switch`
    case 'acting':
      return `${target} was switched to, and has yet to show that it is good`
  }
}

function shortTime(iso: string): string {
  return formatTime(Date.parse(iso))
}
