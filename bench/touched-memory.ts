import { readFile } from 'node:fs/promises'

/** Returns the bytes of a QEMU machine's memory that were ever touched: QEMU gives none of it back. */
export async function touchedMemory(pid: number): Promise<number> {
  return largestRss(await readFile(`/proc/${pid}/smaps`, 'utf8'))
}

/**
 * Returns what the largest mapping for data has in memory, in bytes: in QEMU, the machine's. Source: proc_pid_smaps(5)
 */
export function largestRss(smaps: string): number {
  let largest = { size: 0, rss: 0 }
  let isData = false
  let size = 0
  for (const line of smaps.split('\n')) {
    const [name = '', value = ''] = line.split(/ +/)
    if (/^[0-9a-f]+-[0-9a-f]+$/.test(name)) isData = value.startsWith('rw-')
    else if (name === 'Size:') size = Number(value) * 1024
    else if (name === 'Rss:' && isData && size > largest.size) largest = { size, rss: Number(value) * 1024 }
  }
  return largest.rss
}
