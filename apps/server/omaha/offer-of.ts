import type { ResponseUpdateCheck } from '@afloat/omaha'
import { packagePath } from '../bundles/package-path.ts'
import type { Package } from '../database/tables.ts'

/** The offer of a package. Traps: `hash` is Base64, `hash_sha256` hexadecimal, and the action's checksum Base64 again. */
export function offerOf(target: Package, baseUrl: string): Pick<ResponseUpdateCheck, 'urls' | 'manifests'> {
  const { directory, name } = packagePath(target)
  return {
    urls: [`${baseUrl}${directory}`],
    manifests: [
      {
        version: target.version,
        packages: [
          { name, sha1: target.sha1, sha256: target.sha256, sizeBytes: target.size_bytes, required: true },
        ],
        actions: [
          {
            event: 'postinstall',
            sha256: Buffer.from(target.sha256, 'hex').toString('base64'),
            disablePayloadBackoff: true,
          },
        ],
      },
    ],
  }
}
