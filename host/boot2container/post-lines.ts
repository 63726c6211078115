import type { Sys } from '../sys/sys.ts'
import { packMissing } from './fetch.ts'

const timeoutSec = 20
const type = 'Content-Type: application/x-ndjson'
const scratch = '/run/afloat/report-post'

/** Sends lines of JSON to a URL, twice more when that fails for what may pass. Without the pack "https" only to http:. */
export function postLines(sys: Sys, url: string, lines: string): void {
  try {
    if (sys.has('curl')) {
      // The URL may hold a token: it goes to curl past the list of processes.
      sys.writeFile(scratch, `url = "${url.replaceAll(/["\\]/g, '\\$&')}"\n`, { mode: 0o600 })
      const options = ['--silent', '--show-error', '--fail', '--max-time', `${timeoutSec}`, '--retry', '2']
      const body = ['--header', type, '--data-binary', '@-']
      sys.mustRun(['curl', ...options, ...body, '--config', scratch], { input: lines })
      return
    }
    if (!/^http:/i.test(url)) throw packMissing('Cannot use https:', 'curl')
    sys.writeFile(scratch, lines, { mode: 0o600 })
    const options = ['-q', '-T', `${timeoutSec}`, '-O', '/dev/null', '--header', type, '--post-file', scratch]
    sys.mustRun(['wget', ...options, url], { secrets: [url] })
  } finally {
    sys.remove(scratch)
  }
}
