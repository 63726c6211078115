import { type ObjectValue, type Resource, walkObjects } from '@afloat/ignition'
import type { Found, Rule } from '../rule.ts'

/** Something fetched from the network that nobody checks. */
export const unverifiedDownload: Rule = {
  code: 'lint/unverified-download',
  severity: 'warning',
  looksAt: 'sources with http:, https: or tftp:',
  find(input) {
    const found: Found[] = []
    walkObjects(input.spec, input.config as unknown as ObjectValue, (object, value, path) => {
      if (object !== 'resource' && object !== 'reference') return
      const { source = '', verification } = value as Resource
      const [scheme = ''] = /^(?:https?|tftp)(?=:)/i.exec(source) ?? []
      if (scheme === '' || verification?.hash) return
      const isOpen = scheme.toLowerCase() !== 'https'
      found.push({
        at: input.origin([...path, 'source']),
        message: isOpen
          ? `Source comes by ${scheme.toLowerCase()} without a hash: anyone on the way can replace it`
          : 'Source has no hash: the machine takes whatever the server sends on that day',
        hint: 'Add verification.hash: sha256- and what sha256sum prints',
      })
    })
    return found
  },
}
