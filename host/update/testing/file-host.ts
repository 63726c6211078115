import { AfloatError } from '@afloat/report'
import type { Sys } from '../../sys/sys.ts'
import { updateErrors as errors } from '../errors.ts'
import type { Host, RunningRelease } from '../host.ts'
import { places } from '../places.ts'

/** As in the name of a boot entry. */
export type Entry = { version: string; rootHash: string; triesLeft?: number | undefined; triesDone: number }

export const verdictPath = `${places.home}/verdict.json`
export const trialPath = `${places.home}/trial.json`

/** The part of a host that is made of files. */
export type FileHost = Pick<
  Host,
  | 'openSlot'
  | 'slotPaths'
  | 'clearSlot'
  | 'startSlotSync'
  | 'sealSlot'
  | 'stage'
  | 'entry'
  | 'otherRelease'
  | 'discard'
  | 'verdict'
  | 'forgetTrial'
> & {
  entries(): Entry[]
  putEntry(entry: Entry): void
  other(): 'a' | 'b'
  slotOf(rootHash: string): 'a' | 'b' | undefined
}

/**
 * Slots, boot entries and verdicts as files below `home`: `slots/SLOT` holds the root hash that names a slot,
 * `slots/SLOT.usr` and `.verity` what is in it, `esp/VERSION` a boot entry, `esp/VERSION.efi` its kernel image.
 * For tests, on a fake machine and on a real one.
 */
export function fileHost(sys: Sys, home: string, running: () => RunningRelease): FileHost {
  const other = () => (running().slot === 'a' ? 'b' : 'a')
  const slotFile = (part = '') => `${home}/slots/${other()}${part}`
  const parts = () => [slotFile('.usr'), slotFile('.verity')]
  const host: FileHost = {
    other,
    slotOf: (rootHash) =>
      (['a', 'b'] as const).find((slot) => sys.readText(`${home}/slots/${slot}`) === rootHash),
    entries: () =>
      (sys.list(`${home}/esp`) ?? [])
        .filter((name) => /^[^.][^+]*$/.test(name) && !name.endsWith('.efi'))
        .map((name) => JSON.parse(sys.readText(`${home}/esp/${name}`)!) as Entry),
    putEntry(entry) {
      sys.writeFile(`${home}/.entry`, JSON.stringify(entry))
      sys.rename(`${home}/.entry`, `${home}/esp/${entry.version}`)
    },
    openSlot() {
      if (sys.exists(`${home}/slot-in-use`))
        throw new AfloatError('slots/in-use', `Cannot write ${slotFile('.usr')}: something still uses it`)
      const [usr, verity] = parts().map((path) => sys.openForWriting(path, { exclusive: true }))
      return {
        usr: usr!,
        verity: verity!,
        close() {
          usr?.close()
          verity?.close()
        },
      }
    },
    slotPaths: () => ({ usr: slotFile('.usr'), verity: slotFile('.verity') }),
    clearSlot() {
      for (const { version, rootHash } of host.entries())
        if (rootHash !== running().rootHash) sys.remove(`${home}/esp/${version}`)
      sys.writeFile(slotFile(), 'nothing')
    },
    startSlotSync() {
      const job = sys.start(['sync', '--data', ...parts()])
      return {
        wait() {
          const { code, stderr } = job.wait()
          if (code !== 0) throw errors.notWritten(stderr)
        },
      }
    },
    sealSlot(rootHash) {
      sys.writeFile(`${home}/.name`, rootHash)
      sys.rename(`${home}/.name`, slotFile())
    },
    stage({ file, version, rootHash }) {
      sys.writeFile(`${home}/esp/${version}.efi`, sys.readBytes(file)!)
      host.putEntry({ version, rootHash, triesLeft: 3, triesDone: 0 })
    },
    entry: (rootHash) =>
      host.entries().find((entry) => entry.rootHash === rootHash) as ReturnType<Host['entry']>,
    otherRelease: () => host.entries().find((entry) => entry.rootHash === sys.readText(slotFile())),
    discard(rootHash) {
      for (const entry of host.entries())
        if (entry.rootHash === rootHash) sys.remove(`${home}/esp/${entry.version}`)
    },
    verdict(rootHash) {
      const verdict = JSON.parse(sys.readText(verdictPath) ?? '{}')
      return verdict.rootHash === rootHash ? verdict : undefined
    },
    forgetTrial() {
      sys.remove(trialPath)
      sys.remove(verdictPath)
    },
  }
  return host
}
