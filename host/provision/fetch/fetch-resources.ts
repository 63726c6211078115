import type { Sys } from '../../sys/sys.ts'
import { atPlace, provisionErrors as errors } from '../errors.ts'
import { stagingPath } from '../record.ts'
import { bytesOf, isGzip, isRemote, type PlacedResource } from './contents.ts'
import { download } from './download.ts'
import { publicUrl } from './public-url.ts'
import { verifyHash } from './verify-hash.ts'

/**
 * Fetches, unpacks and verifies all contents before anything is applied: what needs the outside world fails first.
 * Remote and compressed contents end in the staging folder; others stay in the config and are verified only.
 */
export function fetchResources(sys: Sys, resources: readonly PlacedResource[]): void {
  sys.makeDirs(stagingPath, { mode: 0o700 })
  for (const placed of resources) {
    try {
      fetchOne(sys, placed)
    } catch (error) {
      throw atPlace(error, placed.place)
    }
  }
}

function fetchOne(sys: Sys, { resource, place, contents }: PlacedResource): void {
  const hash = resource.verification?.hash
  const remote = isRemote(resource)
  const what = remote ? JSON.stringify(publicUrl(resource.source)) : 'the contents'
  if (contents.kind !== 'staged') {
    if (hash !== undefined) verifyHash(sys, bytesOf(contents), hash, what)
    return
  }
  if (remote) {
    sys.log(`Fetch ${what} (${place})`)
    download(sys, { url: resource.source, target: contents.path })
  } else {
    sys.writeFile(contents.path, bytesOf({ kind: 'inline', url: resource.source }), { mode: 0o600 })
  }
  if (isGzip(resource)) unpack(sys, contents.path, what)
  if (hash !== undefined) verifyHash(sys, { path: contents.path }, hash, what)
}

/** Replaces a gzip file by what is in it. */
function unpack(sys: Sys, path: string, what: string): void {
  const packed = `${path}.gz`
  sys.rename(path, packed)
  const result = sys.run(['gzip', '--decompress', '--', packed])
  if (result.code === 0) return
  throw /no space/i.test(result.stderr) ? errors.diskFull(what) : errors.notGzip(what)
}
