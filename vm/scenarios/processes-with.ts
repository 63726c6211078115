import { readdirSync, readFileSync } from 'node:fs'

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
