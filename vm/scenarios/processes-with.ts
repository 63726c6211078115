import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

/** One that was killed is there until a processor has the time to end it. */
const endMs = 3000
const lookMs = 20

/** Returns the command lines of processes that name one of some folders, and go on doing so. */
export async function processesLeft(...dirs: readonly string[]): Promise<string[]> {
  const deadline = performance.now() + endMs
  for (;;) {
    const left = dirs.flatMap(processesWith)
    if (left.length === 0 || performance.now() > deadline) return left
    await sleep(lookMs)
  }
}

/** Returns the command lines of processes that name a folder. */
export function processesWith(dir: string): string[] {
  return readdirSync('/proc').flatMap((pid) => {
    if (!/^\d+$/.test(pid) || Number(pid) === process.pid) return []
    try {
      const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim()
      return command.includes(dir) ? [command] : []
    } catch {
      return [] // ended meanwhile
    }
  })
}
