import type { Sys } from '../sys/sys.ts'
import { updateErrors as errors } from './errors.ts'

/** A transfer that moves less than this for that long counts as stalled. */
const slowest = { bytesPerSecond: 1024, seconds: 30 }
const connectTimeoutS = 20
const mostRedirects = 3

/**
 * Returns the command of a request. The URL goes in by standard input (`curlInput()`): it may hold a password or a
 * token, and arguments are for all to see. From https: no redirect leads to http:.
 */
export function curlCommand(
  url: string,
  limitBytes: number,
  { headFile, options }: { headFile: string; options: readonly string[] },
): string[] {
  const protocols = /^https:/i.test(url) ? '=https' : '=http,https'
  return [
    ...['curl', '--disable', '--config', '-', '--globoff', '--silent', '--show-error', '--fail'],
    ...[
      '--location',
      '--max-redirs',
      String(mostRedirects),
      '--proto',
      protocols,
      '--proto-redir',
      protocols,
    ],
    ...['--connect-timeout', String(connectTimeoutS)],
    ...['--speed-limit', String(slowest.bytesPerSecond), '--speed-time', String(slowest.seconds)],
    ...['--max-filesize', String(limitBytes), '--dump-header', headFile],
    ...options,
  ]
}

export function curlInput(url: string): string {
  return `url = "${url.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"\n`
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

/** The address without what may be secret in it. */
export function publicUrl(url: string): string {
  return url.replace(/^([a-z]+:\/\/)[^/@]*@/i, '$1').replace(/[?#].*$/s, '')
}

// Source: curl(1), "EXIT CODES"
const httpError = 22
const stalled = 28
const tooManyRedirects = 47
const tooLarge = 63
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
  const why =
    stderr
      .trim()
      .split('\n')
      .at(-1)
      ?.replace(/^curl: \(\d+\) /, '') || `curl ended with exit code ${code}`
  const plain = why.replaceAll(url, shown)
  return certificateCodes.has(code) ? errors.certificate(shown, plain) : errors.unreachable(shown, plain)
}
