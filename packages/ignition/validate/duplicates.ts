import type { IgnitionConfig } from '../config.ts'
import { ignitionErrors as errors } from '../errors.ts'
import { listKeys } from '../list-keys.ts'
import type { ObjectValue } from '../source/decode.ts'
import type { Spec } from '../spec.ts'
import { walkObjects } from '../walk-objects.ts'
import type { Add } from './check.ts'

/** Reports entries that name the same thing as an earlier one of their list, or of a list that counts with theirs. */
export function checkDuplicates(spec: Spec, config: IgnitionConfig, add: Add): void {
  walkObjects(spec, config as unknown as ObjectValue, (object, value, path) => {
    const seen = new Map<string, Set<unknown>>()
    for (const [field, list] of Object.entries(value)) {
      const rule = listKeys(object, field)
      if (!rule || !Array.isArray(list)) continue
      const scope = rule.scope ?? field
      const names = seen.get(scope) ?? new Set()
      seen.set(scope, names)
      for (const [index, item] of list.entries()) {
        const name = rule.key(item)
        if (names.has(name))
          add('error', [...path, field, index], errors.duplicate(rule.what, String(name ?? '')))
        names.add(name)
      }
    }
  })
}
