import { parseCmdline } from '@afloat/cmdline'
import { curlMessage } from '../../sys/curl-message.ts'
import { dirname } from '../../sys/path.ts'
import type { RunResult, Sys } from '../../sys/sys.ts'
import { provisionErrors as errors } from '../errors.ts'
import { publicUrl } from './public-url.ts'

export type DownloadRequest = {
  /** http: or https:. */
  url: string
  /** File to write; made with mode 0600. */
  target: string
  /** No limit by default. */
  largestBytes?: number
}

/**
 * Retries begin within this time of the first attempt, unless `afloat.fetch_timeout=` on the kernel command line gives
 * another one in seconds; a transfer that makes progress is never cut.
 */
const patienceMs = 5 * 60_000
const longestPauseMs = 30_000
const connectTimeoutS = 15
/** A transfer that moves less than a byte a second for so long counts as hung. */
const stallTimeoutS = 30

/**
 * Fetches a URL into a file, with retries for what may pass: names that do not resolve yet, refused or broken
 * connections, HTTP 408, 429 and 5xx. Other answers fail at once.
 */
export function download(sys: Sys, request: DownloadRequest): void {
  const shown = publicUrl(request.url)
  const startMs = sys.uptimeMs()
  const longestMs = readPatience(sys)
  sys.makeDirs(dirname(request.target), { mode: 0o700 })
  for (let attempt = 1, pauseMs = 1000; ; attempt++, pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
    sys.writeFile(request.target, '', { mode: 0o600 })
    const result = sys.run(curlCommand(request), { input: curlConfig(request) })
    if (result.code === 0) break
    const why = reason(result)
    if (!isPassing(result)) throw permanent(request, shown, result, why)
    const spentMs = sys.uptimeMs() - startMs
    if (spentMs + pauseMs > longestMs) {
      throw errors.sourceUnreachable(shown, why, attempt, Math.round(spentMs / 1000))
    }
    sys.log(`Cannot fetch ${shown} yet: ${why}; next attempt in ${pauseMs / 1000} s`)
    sys.sleepMs(pauseMs)
  }
  const size = sys.stat(request.target)?.size ?? 0
  if (size > (request.largestBytes ?? size)) throw tooLarge(request, shown)
}

function readPatience(sys: Sys): number {
  const seconds = parseCmdline(sys.readText('/proc/cmdline') ?? '').get('afloat.fetch_timeout')
  return seconds !== undefined && /^\d{1,6}$/.test(seconds) ? Number(seconds) * 1000 : patienceMs
}

function curlCommand({ url, target, largestBytes }: DownloadRequest): string[] {
  const protocols = /^https:/i.test(url) ? '=https' : '=http,https'
  return [
    ...['curl', '--disable', '--config', '-', '--globoff', '--silent', '--show-error', '--fail'],
    ...['--location', '--max-redirs', '10', '--proto', protocols, '--proto-redir', protocols],
    ...['--connect-timeout', String(connectTimeoutS)],
    ...['--speed-limit', '1', '--speed-time', String(stallTimeoutS)],
    ...(largestBytes === undefined ? [] : ['--max-filesize', String(largestBytes)]),
    ...['--write-out', '%{http_code}', '--output', target],
  ]
}

/** The URL goes in by standard input: it may hold a password or a token, and arguments are for all to see. */
function curlConfig({ url }: DownloadRequest): string {
  return `url = "${url.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"\n`
}

// Source: curl(1), "EXIT CODES"
const passingCodes = new Set([5, 6, 7, 16, 18, 28, 35, 52, 55, 56, 92])
const httpError = 22
const writeError = 23
const tooLargeCode = 63
const certificateCodes = new Set([51, 58, 60, 77, 83])

function isPassing(result: RunResult): boolean {
  if (result.code !== httpError) return passingCodes.has(result.code)
  const status = httpStatus(result)
  return status >= 500 || status === 408 || status === 429
}

function httpStatus(result: RunResult): number {
  return Number(result.stdout.trim())
}

function reason(result: RunResult): string {
  if (result.code === httpError) return `the server answered HTTP ${httpStatus(result)}`
  const text = curlMessage(result.stderr)
  if (text === '') return `curl ended with exit code ${result.code}`
  // The sentence follows a colon; an abbreviation keeps its capitals.
  return /^[A-Z][a-z]/.test(text) ? text.charAt(0).toLowerCase() + text.slice(1) : text
}

function permanent(request: DownloadRequest, shown: string, result: RunResult, why: string): Error {
  if (result.code === writeError) return errors.diskFull(JSON.stringify(shown))
  if (result.code === tooLargeCode) return tooLarge(request, shown)
  if (certificateCodes.has(result.code)) return errors.sourceCertificate(shown, why)
  return errors.sourceFailed(shown, why)
}

function tooLarge({ largestBytes = 0 }: DownloadRequest, shown: string): Error {
  return errors.sourceTooLarge(shown, Math.floor(largestBytes / 1024 / 1024))
}
