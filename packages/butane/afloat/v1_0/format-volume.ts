import { pairs } from './format-network.ts'
import { entry, formatUnitOf } from './format-unit-of.ts'
import { listWords } from './list-words.ts'
import type { Volume } from './schema.ts'

/** The Quadlet file of a volume that `checkVolume` has accepted. */
export function formatVolume(volume: Volume, survive: boolean): string {
  const { name = '', driver, type, device, labels } = volume
  const options = listWords(volume.options)
  const entries = [
    entry('VolumeName', name),
    ...(driver === undefined ? [] : [entry('Driver', driver)]),
    ...(type === undefined ? [] : [entry('Type', type)]),
    ...(device === undefined ? [] : [entry('Device', device)]),
    ...(options.length > 0 ? [entry('Options', options.join(','))] : []),
    ...pairs('Label', labels),
  ]
  return formatUnitOf(`Volume ${name}`, survive, [{ name: 'Volume', entries }])
}
