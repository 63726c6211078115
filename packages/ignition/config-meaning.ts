import { encodeBase64 } from './base64.ts'
import type { IgnitionConfig } from './config.ts'
import { embeddedBytes, type Gunzip } from './embedded-bytes.ts'
import { formatIgnition } from './format-ignition.ts'
import type { ObjectValue } from './source/decode.ts'
import { specs } from './versions.ts'
import { walkObjects } from './walk-objects.ts'

/**
 * A text that two valid configs have in common if they mean the same: empty lists and objects do not count, neither does
 * the way in which contents are put into a data URL. Without `gunzip` compressed contents count as they are.
 */
export function configMeaning(config: IgnitionConfig, gunzip?: Gunzip): string {
  const value = JSON.parse(formatIgnition(config)) as ObjectValue
  walkObjects(specs.at(-1)!, value, (object, resource) => {
    if (object !== 'resource' && object !== 'reference') return
    const bytes = embeddedBytes(resource, gunzip)
    if (bytes === undefined) return
    resource['source'] = encodeBase64(bytes)
    resource['compression'] = 'unpacked'
  })
  return formatIgnition(value as unknown as IgnitionConfig)
}
