import type { AfloatError } from '@afloat/report'
import { type DownloadRequest, download } from '../provision/fetch/download.ts'
import { publicUrl } from '../provision/fetch/public-url.ts'
import type { Sys } from '../sys/sys.ts'
import { b2cError } from './errors.ts'
import { retry } from './retry.ts'

const stallSec = 15
const tries = 6

/**
 * Fetches a URL into a file, with retries. Without the pack "https" busybox does it, which knows only http:.
 * Throws `b2c/pack-missing`, and what says that it cannot be fetched.
 */
export function fetch(sys: Sys, request: Required<DownloadRequest>): void {
  if (sys.has('curl')) {
    download(sys, request)
    return
  }
  if (!/^http:/i.test(request.url)) throw packMissing(`Cannot fetch ${publicUrl(request.url)}`, 'curl')
  const onPause = (error: AfloatError, pauseMs: number) =>
    sys.log(`${error.message}; next attempt in ${pauseMs / 1000} s`)
  retry(sys, { tries, firstPauseMs: 1_000, onPause }, () => fetchOnce(sys, request))
}

export function packMissing(action: string, program: string): AfloatError {
  return b2cError('b2c/pack-missing', `${action}: there is no ${program}`, {
    hint: 'Add the pack "https" to the initramfs',
  })
}

/** One byte more than is wanted tells that there is more. */
function fetchOnce(sys: Sys, { url, target, largestBytes }: Required<DownloadRequest>): void {
  sys.writeFile(target, '', { mode: 0o600 })
  const script = 'set -o pipefail; wget -q -T "$1" -O - "$2" | head -c "$3" > "$4"'
  const { code, stderr } = sys.run([
    'sh',
    '-c',
    script,
    'sh',
    `${stallSec}`,
    url,
    `${largestBytes + 1}`,
    target,
  ])
  const size = sys.stat(target)?.size ?? 0
  if (code === 0 && size <= largestBytes) return
  const why =
    size > largestBytes
      ? `it is larger than ${largestBytes} bytes`
      : stderr.trim() || `wget ended with ${code}`
  throw b2cError('b2c/fetch-failed', `Cannot fetch ${publicUrl(url)}: ${why}`)
}
