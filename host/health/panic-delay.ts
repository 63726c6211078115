import { parseCmdline } from '@afloat/cmdline'
import type { Sys } from '../sys/sys.ts'

const path = '/proc/sys/kernel/panic'

/** Seconds that a panic stays on the screen while a release is tried: time without service, when it crashes. */
const trialDelaySec = 5

/** Has the kernel restart soon after a panic, such as that of PID 1 ending. */
export function shortenPanic(sys: Sys): void {
  sys.writeFile(path, `${trialDelaySec}\n`)
}

/** Has the kernel wait after a panic as its command line says. */
export function restorePanic(sys: Sys): void {
  const delay = parseCmdline(sys.readText('/proc/cmdline') ?? '').get('panic') ?? ''
  if (/^-?\d+$/.test(delay)) sys.writeFile(path, `${delay}\n`)
}
