import { startProgram } from '../../sys/program.ts'
import type { Sys } from '../../sys/sys.ts'
import { updateCommand } from '../command.ts'
import type { Host } from '../host.ts'
import { places } from '../places.ts'
import { identityOf, rootHashOf } from './fake-release.ts'
import { fileHost, trialPath } from './file-host.ts'

// The real agent on a machine whose slots are files below /machine. Argument 1: seconds after which a transfer counts as
// stalled. Prints what it remembers at the end.
const home = '/machine'

await startProgram((real, [stallSeconds = '30']) => {
  const sys = impatient(real, stallSeconds)
  const code = updateCommand(sys, hostOf(sys), ['run'])
  sys.print(sys.readText(places.record) ?? '{}')
  return code
})

function impatient(sys: Sys, stallSeconds: string): Sys {
  const hurry = (argv: readonly string[]): string[] => {
    const words = [...argv]
    const stall = words.indexOf('--speed-time')
    if (stall >= 0) words[stall + 1] = stallSeconds
    const limit = words.indexOf('--max-time')
    if (limit >= 0) words[limit + 1] = String(2 * Number(stallSeconds))
    return words
  }
  return {
    ...sys,
    // Pauses before a retry, not those of a poll.
    sleepMs: (durationMs) => sys.sleepMs(durationMs < 500 ? durationMs : durationMs / 20),
    start: (argv, options) => sys.start(hurry(argv), options),
    openStream: (argv, options) => sys.openStream(hurry(argv), options),
  }
}

function hostOf(sys: Sys): Host {
  const running = { version: '1.0.0', rootHash: rootHashOf('1.0.0'), slot: 'a' } as const
  return {
    ...fileHost(sys, home, () => running),
    running: () => running,
    identities: () => ({ running: identityOf('1.0.0'), booted: identityOf('1.0.0') }),
    life: () => ({ bootId: 'boot-1', softReboots: 0 }),
    room: () => ({ usrBytes: 2 ** 31, verityBytes: 2 ** 28, espBytes: 2 ** 29 }),
    survey: () => ({ host: { systemdSoftReboot: true, kexec: false }, survivors: [], others: [] }),
    act: ({ target: { version, rootHash } }) =>
      sys.writeFile(trialPath, JSON.stringify({ version, rootHash })),
    startGate: () => {},
  }
}
