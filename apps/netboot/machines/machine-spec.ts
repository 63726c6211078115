import { many, ROOT, type Spec, text } from '@afloat/ignition'

/** What the file of machines may hold. */
export const machineSpec: Spec = {
  version: '1',
  objects: {
    [ROOT]: { profiles: many('profile'), machines: many('machine'), default: text },
    profile: { name: text, cmdline: { kind: 'words' }, packs: { kind: 'words' } },
    machine: {
      name: text,
      mac: { kind: 'words' },
      uuid: text,
      profile: text,
      cmdline: { kind: 'words' },
      packs: { kind: 'words' },
    },
  },
}

/** A list item may be missing: `- ` and nothing. */
export type Words = string | readonly (string | null)[]
export type ProfileEntry = { readonly name?: string; readonly cmdline?: Words; readonly packs?: Words }
export type MachineEntry = ProfileEntry & {
  readonly mac?: Words
  readonly uuid?: string
  readonly profile?: string
}
export type MachinesFile = {
  readonly profiles?: readonly (ProfileEntry | null)[]
  readonly machines?: readonly (MachineEntry | null)[]
  readonly default?: string
}

export function wordsOf(words: Words | undefined): readonly string[] {
  return words === undefined ? [] : typeof words === 'string' ? [words] : words.map((word) => word ?? '')
}
