import type { Draft } from './draft.ts'
import { readErrors as errors } from './errors.ts'
import type { Field, Located } from './located.ts'
import { hideSecret } from './read-values.ts'

/** What to do with a field: one with a value, or one without. */
export type FieldReader = { readonly value: (value: Located) => void } | { readonly flag: () => void }

/** Gives each field to its reader and says which have none, lack a value, or have one for nothing. */
export function readFields(
  draft: Draft,
  name: string,
  fields: readonly Field[],
  readers: Readonly<Record<string, FieldReader>>,
): void {
  for (const { key, value, spot } of fields) {
    const reader = Object.hasOwn(readers, key) ? readers[key]! : undefined
    if (reader === undefined) {
      const known = Object.keys(readers)
      draft.error(spot, errors.unknownField(name, key, known, draft.suggest(key, known)))
      if (value) hideSecret(draft, value) // a mistyped fscrypt_key is one too
    } else if ('flag' in reader) {
      if (value !== undefined) {
        draft.warn(spot, errors.flagWithValue(key, value.text))
        hideSecret(draft, value)
      }
      reader.flag()
    } else if (value === undefined || value.text === '') draft.error(spot, errors.valueMissing(key))
    else reader.value(value)
  }
}
