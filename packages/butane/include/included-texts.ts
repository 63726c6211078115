import { cleanPath } from '@afloat/ignition'
import { AfloatError } from '@afloat/report'
import type { IncludeFiles } from './include-files.ts'

/** Texts as files to include, by their path from the folder of the first one, which is itself called `first`. */
export function includedTexts(texts: Readonly<Record<string, string>>, first?: string): IncludeFiles {
  return {
    firstId: first,
    find(path) {
      const id = cleanPath(path)
      const text = Object.hasOwn(texts, id) ? texts[id] : undefined
      if (text === undefined)
        throw new AfloatError('config/include-unreadable', 'there is no such file', {
          hint: 'Paths are relative to the file that includes',
        })
      return { name: id, id, text: () => text }
    },
  }
}
