import type { Check, ObjectValue } from '@afloat/ignition'
import { butaneErrors as errors } from '../errors.ts'
import type { Expand } from '../translate/context.ts'
import { readLocalText } from '../translate/local-files.ts'

/** `contents_local` of a unit or drop-in becomes its contents. */
export const expandUnitContents: Expand = (source, output, place, context) => {
  const local = source['contents_local'] as string | undefined
  if (!local) return
  const from = [...place.yaml, 'contents_local']
  const text = readLocalText(local, from, context)
  if (text === undefined) return
  output['contents'] = text
  context.map.add([...place.json, 'contents'], from)
}

export const checkUnitSources: Check<ObjectValue> = (value, path, add) => {
  if (value['contents'] !== undefined && value['contents_local'] !== undefined)
    add('error', [...path, 'contents_local'], errors.severalSources(['contents', 'contents_local']))
}
