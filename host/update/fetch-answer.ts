import type { Sys } from '../sys/sys.ts'
import { decodeUtf8 } from '../sys/utf8.ts'
import { updateErrors as errors } from './errors.ts'
import { curlCommand, curlError, curlInput, publicUrl, readHead } from './http.ts'
import { places } from './places.ts'

const longestS = 60

/**
 * Posts a text and returns the answer, of at most `limitBytes`, be its length announced or not.
 * Throws `update/unreachable` and its relatives.
 */
export function postText(
  sys: Sys,
  request: { url: string; contentType: string; body: string; limitBytes: number },
): string {
  const { url, contentType, body, limitBytes } = request
  const headFile = `${places.run}/answer.head`
  const bodyFile = `${places.run}/question`
  sys.makeDirs(places.run, { mode: 0o700 })
  sys.writeFile(bodyFile, body, { mode: 0o600 })
  const options = {
    'max-time': String(longestS),
    header: `Content-Type: ${contentType}`,
    'data-binary': `@${bodyFile}`,
    post301: true,
    post302: true,
  } as const
  const stream = sys.openStream(curlCommand, { input: curlInput([{ url, limitBytes, headFile, options }]) })
  const bytes = new Uint8Array(limitBytes + 1)
  const count = stream.fill(bytes)
  const ending = stream.close()
  if (count > limitBytes) throw errors.tooLarge(publicUrl(url), limitBytes)
  if (ending.code !== 0) throw curlError(url, limitBytes, readHead(sys, headFile), ending)
  return decodeUtf8(bytes.subarray(0, count))
}
