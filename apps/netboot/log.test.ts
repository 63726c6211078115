import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type LogEvent, logTo } from './log.ts'

const now = () => new Date('2026-11-26T12:00:00Z')

function logged(event: LogEvent, json = false): string {
  let text = ''
  logTo((line) => (text += line), { json, now })(event)
  return text
}

test('logTo() writes a line for each boot that says who, which profile and what', () => {
  const boot: LogEvent = {
    event: 'boot',
    address: '10.0.0.5',
    who: '52:54:00:12:34:56',
    machine: 'board-1',
    profile: 'ci',
    files: ['linux', 'initramfs.cpio.zst'],
    cmdlineBytes: 120,
    extraBytes: 3000,
  }
  assert.equal(
    logged(boot),
    '2026-11-26T12:00:00.000Z boot 52:54:00:12:34:56 from 10.0.0.5: machine "board-1", profile "ci": ' +
      'linux + initramfs.cpio.zst, command line of 120 bytes and 3000 of extra arguments\n',
  )
  assert.deepEqual(JSON.parse(logged(boot, true)), { time: '2026-11-26T12:00:00.000Z', ...boot })
})

test('logTo() lets nothing from the network start a line or drive a terminal', () => {
  const event: LogEvent = {
    event: 'refused',
    address: '::1',
    file: 'a" from\n2026 boot\u001b[2J\u0085é',
    reason: 'no',
  }
  for (const line of [logged(event), logged(event, true)]) {
    assert.equal(line.indexOf('\n'), line.length - 1)
    assert.doesNotMatch(line, /[\x00-\x09\x0b-\x1f\x7f]/)
  }
  assert.equal(logged(event).slice(25), 'refused "a? from?2026 boot?[2J??" to ::1: no\n')
})
