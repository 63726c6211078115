import { curlMessage } from '../sys/curl-message.ts'
import type { Sys } from '../sys/sys.ts'
import { updateErrors as errors } from './errors.ts'

/** A transfer that moves less than this for that long counts as stalled. */
const slowest = { bytesPerSecond: 1024, seconds: 30 }
const connectTimeoutS = 20
const mostRedirects = 3

/** A request, and what curl is to do with the answer. */
export type CurlRequest = {
  readonly url: string
  /** No answer that says it is longer is taken. */
  readonly limitBytes: number
  /** File for the head of the answer. */
  readonly headFile: string
  /** More options of curl by their long names, such as `range`; true for those without a value. */
  readonly options: Readonly<Record<string, string | true>>
}

/** All that is special comes in by standard input, see `curlInput()`. */
export const curlCommand: readonly string[] = ['curl', '--disable', '--config', '-']

/**
 * Returns the input of curl for requests to be made one after the other, up to the first that fails. URLs may hold a
 * password or a token, and arguments are for all to see. From https: no redirect leads to http:.
 */
export function curlInput(requests: readonly CurlRequest[]): string {
  return requests.map(formatRequest).join('next\n')
}

function formatRequest({ url, limitBytes, headFile, options }: CurlRequest): string {
  const protocols = /^https:/i.test(url) ? '=https' : '=http,https'
  const values: Record<string, string | true> = {
    url,
    'max-redirs': String(mostRedirects),
    proto: protocols,
    'proto-redir': protocols,
    'connect-timeout': String(connectTimeoutS),
    'speed-limit': String(slowest.bytesPerSecond),
    'speed-time': String(slowest.seconds),
    'max-filesize': String(limitBytes),
    'dump-header': headFile,
    ...options,
  }
  const lines = Object.entries(values).map(([name, value]) =>
    value === true ? name : `${name} = ${quote(value)}`,
  )
  return `${[...flags, ...lines].join('\n')}\n`
}

const flags = ['globoff', 'silent', 'show-error', 'fail', 'fail-early', 'location']

function quote(value: string): string {
  return `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`
}

/** Status and header fields (lower-case names) of the last answer: those before it were redirects. */
export type AnswerHead = { readonly status: number; readonly fields: ReadonlyMap<string, string> }

/** Reads the file that `curlCommand()` was given for it. */
export function readHead(sys: Sys, headFile: string): AnswerHead {
  return parseHead(sys.readText(headFile, { length: 65_536 }) ?? '')
}

/** Reads what `curl --dump-header` has written. */
export function parseHead(text: string): AnswerHead {
  const lines = text.split(/\r?\n/)
  const start = lines.findLastIndex((line) => /^HTTP\/[\d.]+ \d{3}/.test(line))
  const fields = new Map<string, string>()
  for (const line of lines.slice(start + 1)) {
    const colon = line.indexOf(':')
    if (colon > 0) fields.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim())
  }
  return { status: Number(/ (\d{3})/.exec(lines[start] ?? '')?.[1] ?? 0), fields }
}

/** What came in place of the part that was asked for; undefined when it is that part, or there was no such answer. */
export function rangeProblem(
  { status, fields }: AnswerHead,
  wanted: { start: number; last: number; sizeBytes: number },
): string | undefined {
  if (status !== 206) return undefined
  const found = fields.get('content-range') ?? 'none'
  const match = /^bytes (\d+)-(\d+)\/(\d+|\*)$/.exec(found)
  const fits =
    match !== null && Number(match[1]) === wanted.start && [String(wanted.sizeBytes), '*'].includes(match[3]!)
  return fits ? undefined : found
}

/** The address without what may be secret in it. */
export function publicUrl(url: string): string {
  return url.replace(/^([a-z]+:\/\/)[^/@]*@/i, '$1').replace(/[?#].*$/s, '')
}

// Source: curl(1), "EXIT CODES"
const httpError = 22
const stalled = 28
const tooManyRedirects = 47
export const tooLarge = 63
const certificateCodes = new Set([51, 58, 60, 77, 83])

/** Returns the error for a request that failed. `code` and `stderr` are curl's. */
export function curlError(
  url: string,
  limitBytes: number,
  head: AnswerHead,
  { code, stderr }: { code: number; stderr: string },
): Error {
  const shown = publicUrl(url)
  if (code === httpError) return errors.httpStatus(shown, head.status)
  if (code === stalled) return errors.stalled(shown)
  if (code === tooManyRedirects) return errors.redirects(shown)
  if (code === tooLarge) return errors.tooLarge(shown, limitBytes)
  const why = curlMessage(stderr) || `curl ended with exit code ${code}`
  const plain = why.replaceAll(url, shown)
  return certificateCodes.has(code) ? errors.certificate(shown, plain) : errors.unreachable(shown, plain)
}
