import type { Identity } from '../identity.ts'

/** What a machine boots. */
export type Boot = {
  /** Of the file, unless the machine is not listed. */
  readonly machine?: string
  readonly profile?: string
  /** What the kernel gets, apart from where the extra arguments are. */
  readonly cmdline: string
  /** Parameters that the machine fetches, one a line. */
  readonly extra?: string
  readonly packs: readonly string[]
}

/** Who boots what. */
export type MachineSet = {
  readonly byMac: ReadonlyMap<string, Boot>
  readonly byUuid: ReadonlyMap<string, Boot>
  readonly others: Boot | undefined
}

/** The UUID goes first: a network card moves from machine to machine more easily than a board. */
export function bootOf(set: MachineSet, { mac, uuid }: Identity): Boot | undefined {
  return set.byUuid.get(uuid ?? '') ?? set.byMac.get(mac ?? '') ?? set.others
}

export function listedBoots({ byMac, byUuid }: MachineSet): Set<Boot> {
  return new Set([...byUuid.values(), ...byMac.values()])
}
