import { listWords } from './list-words.ts'
import type { VolumeMount } from './schema.ts'

/** The short form of a volume of a container: `SOURCE:/PATH[:OPTIONS]`. */
export function volumeText(volume: string | VolumeMount): string {
  if (typeof volume === 'string') return volume
  const { source = '', target = '', read_only, options = [] } = volume
  const words = new Set([...(read_only === true ? ['ro'] : []), ...listWords(options)])
  return [source, target, ...(words.size > 0 ? [[...words].join(',')] : [])].join(':')
}
