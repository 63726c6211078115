import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AfloatError } from '@afloat/report'
import { FakeSys } from '../sys/fake-sys.ts'
import { Arguments } from './arguments.ts'
import { machineReporter } from './reporter.ts'
import { showFailure } from './status.ts'

test('showFailure() hides secrets that are known by name only', () => {
  const sys = new FakeSys({ files: { '/proc/cmdline': 'b2c.secret=key,from=smbios:key' } })
  const report = machineReporter(sys)
  const asked = new Arguments(sys, report)
  report.hide((text) => asked.redact(text).replaceAll('s3cret', '(hidden)'))
  showFailure(sys, report, asked, new AfloatError('b2c/s3-failed', 'Key (s3cret) was no base64'))
  const shown = sys.logged.join('\n')
  assert.match(shown, /Key \(\(hidden\)\) was no base64/)
  assert.doesNotMatch(shown, /s3cret/)
})
