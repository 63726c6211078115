import { type ObjectValue, type Resource, walkObjects } from '@afloat/ignition'
import type { Found, Rule } from '../rule.ts'

/** Contents that the machine would fail to unpack at its first boot. */
export const notGzip: Rule = {
  code: 'lint/not-gzip',
  severity: 'error',
  looksAt: 'contents with compression: gzip that stand in the config',
  find(input) {
    const found: Found[] = []
    walkObjects(input.spec, input.config as unknown as ObjectValue, (object, value, path) => {
      if (object !== 'resource' && object !== 'reference') return
      const unpacked = input.unpack(value as Resource)
      if (!('problem' in unpacked) || unpacked.problem === 'elsewhere') return
      const isBroken = unpacked.problem === 'broken'
      found.push({
        at: input.origin([...path, 'compression']),
        message: isBroken
          ? 'Compression is "gzip", but the data does not unpack: it is cut off or damaged'
          : 'Compression is "gzip", but the data is not gzip',
        hint: isBroken
          ? 'Pack the file anew'
          : 'Remove compression: inline and local contents are compressed for you',
      })
    })
    return found
  },
}
