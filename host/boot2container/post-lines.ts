import { publicUrl } from '../provision/fetch/public-url.ts'
import { curlMessage } from '../sys/curl-message.ts'
import type { RunResult, Sys } from '../sys/sys.ts'
import { b2cError } from './errors.ts'
import { packMissing } from './fetch.ts'

/** For everything: a place that is gone must not keep the machine. */
const patienceMs = 10_000
const connectSec = 3
const answerSec = 8
const type = 'Content-Type: application/x-ndjson'
const scratch = '/run/afloat/report-post'

/**
 * Sends lines of JSON to a URL, twice more when that fails for what may pass, within 10 s. Without the pack "https" only
 * to http:.
 */
export function postLines(sys: Sys, url: string, lines: string): void {
  try {
    if (sys.has('curl')) {
      // The URL may hold a token: it goes to curl past the list of processes.
      sys.writeFile(scratch, `url = "${url.replaceAll(/["\\]/g, '\\$&')}"\n`, { mode: 0o600 })
      const patience = ['--connect-timeout', `${connectSec}`, '--retry', '2', '--retry-connrefused']
      const options = ['--silent', '--show-error', '--fail', ...patience]
      const body = ['--header', type, '--data-binary', '@-']
      const command = ['curl', ...options, ...body, '--config', scratch]
      assertSent(url, sys.run(command, { input: lines, timeoutMs: patienceMs }))
      return
    }
    if (!/^http:/i.test(url)) throw packMissing('Cannot use https:', 'curl')
    sys.writeFile(scratch, lines, { mode: 0o600 })
    const options = ['-q', '-T', `${answerSec}`, '-O', '/dev/null', '--header', type, '--post-file', scratch]
    assertSent(url, sys.run(['wget', ...options, url], { timeoutMs: patienceMs }))
  } finally {
    sys.remove(scratch)
  }
}

function assertSent(url: string, { code, stderr, timedOut }: RunResult): void {
  if (code === 0 && !timedOut) return
  const said = curlMessage(stderr).replaceAll(url, publicUrl(url)) || `exit code ${code}`
  throw b2cError('b2c/report-not-sent', timedOut ? `no answer within ${patienceMs / 1000} s` : said)
}
