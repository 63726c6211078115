import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FakeSys } from '../sys/fake-sys.ts'
import { warnOfMissingFirmware } from './missing-firmware.ts'
import type { Reporter } from './report.ts'

function warningsAfter(log: string): string[] {
  const sys = new FakeSys()
  sys.addProgram('dmesg', () => ({ stdout: log }))
  const warnings: string[] = []
  warnOfMissingFirmware(sys, { warn: ({ message }) => void warnings.push(message) } as Reporter)
  return warnings
}

test('warnOfMissingFirmware() names each file once, and the pack', () => {
  const line = (name: string, error = -2) =>
    `[    9.1] r8169 0000:03:00.0: Direct firmware load for ${name} failed with error ${error}\n`
  assert.deepEqual(warningsAfter('[    1.0] nothing of the kind\n'), [])
  assert.deepEqual(warningsAfter(line('b/x.fw') + line('a.bin') + line('b/x.fw') + line('broken', -22)), [
    'Devices may not work, for their drivers miss firmware: a.bin, b/x.fw',
  ])
})
