import { afloatDescriptions } from '../afloat/v1_0/descriptions.ts'
import { baseDescriptions } from '../base/descriptions.ts'
import { fcosDescriptions } from '../fcos/descriptions.ts'
import { openshiftDescriptions } from '../openshift/descriptions.ts'
import type { Descriptions, FieldDescription, ObjectDescription } from './description.ts'

/** Later ones add to earlier ones. */
const sources: Readonly<Record<string, readonly Descriptions[]>> = {
  afloat: [baseDescriptions, afloatDescriptions],
  fcos: [baseDescriptions, fcosDescriptions],
  openshift: [baseDescriptions, fcosDescriptions, openshiftDescriptions],
}

/** What an object of a variant is. Empty if nobody has described it. */
export function describeObject(variant: string, object: string): string {
  return describing(variant, object).at(-1)?.about ?? ''
}

/** What a field is. The text is empty if nobody has described it. */
export function describeField(variant: string, object: string, field: string): FieldDescription {
  const found = describing(variant, object).findLast(({ fields }) => Object.hasOwn(fields, field))?.fields[
    field
  ]
  return typeof found === 'string' ? { text: found } : (found ?? { text: '' })
}

function describing(variant: string, object: string): ObjectDescription[] {
  const all = sources[variant] ?? [baseDescriptions]
  return all.flatMap((descriptions) => descriptions[object] ?? [])
}
