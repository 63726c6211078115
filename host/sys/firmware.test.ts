import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FakeSys } from './fake-sys.ts'
import { fwCfgPath, readOemStrings } from './firmware.ts'
import { decodeUtf8, encodeUtf8 } from './utf8.ts'

const table = '/sys/firmware/dmi/tables/DMI'

/** A structure with two bytes of fields. */
function structure(type: number, strings: readonly string[]): number[] {
  const text = strings.length === 0 ? '\0' : strings.map((each) => `${each}\0`).join('')
  return [type, 6, 0, 1, strings.length, 0, ...encodeUtf8(`${text}\0`)]
}

function stringsOf(bytes: readonly number[]): string[] {
  const sys = new FakeSys()
  sys.addFile(table, Uint8Array.from(bytes))
  return readOemStrings(sys).map(decodeUtf8)
}

test('readOemStrings() finds the strings of type 11 alone, from every structure of it', () => {
  const bytes = [
    ...structure(1, ['QEMU', 'pc']),
    ...structure(32, []),
    ...structure(11, ['a=1', 'ñ']),
    ...structure(11, ['b=2']),
    ...structure(127, []),
    ...structure(11, ['behind the end']),
  ]
  assert.deepEqual(stringsOf(bytes), ['a=1', 'ñ', 'b=2'])
})

test('readOemStrings() ends with a table that is damaged', () => {
  const whole = structure(11, ['abc', 'def'])
  for (let end = 0; end <= whole.length; end++) stringsOf(whole.slice(0, end))
  assert.deepEqual(stringsOf(whole.slice(0, 8)), ['ab'])
  assert.deepEqual(stringsOf([11, 0, 0, 0, 65, 0, 0]), [])
  assert.deepEqual(readOemStrings(new FakeSys()), [])
})

test('fwCfgPath() has the driver loaded to its end, where what is asked for is not there', () => {
  const sys = new FakeSys()
  const file = '/sys/firmware/qemu_fw_cfg/by_name/opt/a/raw'
  const asked = (): number => {
    assert.equal(fwCfgPath(sys, 'opt/a'), file)
    return sys.commands.length
  }
  sys.addProgram('modprobe')
  assert.equal(asked(), 1)
  assert.deepEqual(sys.commands, ['modprobe -q qemu_fw_cfg'])
  // Somebody else is loading it: the first files are there.
  const state = '/sys/module/qemu_fw_cfg/initstate'
  const nap = sys.sleepMs.bind(sys)
  sys.sleepMs = (durationMs) => {
    nap(durationMs)
    if (sys.uptimeMs() >= 200) sys.addFile(state, 'live\n')
  }
  sys.addFile(state, 'coming\n')
  sys.addFile('/sys/firmware/qemu_fw_cfg/rev', '3')
  assert.equal(asked(), 2)
  assert.ok(sys.uptimeMs() >= 200 && sys.uptimeMs() < 300)
  assert.equal(asked(), 2)
  sys.addFile(state, 'coming\n')
  sys.addFile(file, 'x')
  assert.equal(asked(), 2)
})

test('fwCfgPath() does not wait for ever for a driver that is never ready', () => {
  const sys = new FakeSys()
  sys.addProgram('modprobe')
  sys.addFile('/sys/module/qemu_fw_cfg/initstate', 'coming\n')
  fwCfgPath(sys, 'opt/a')
  assert.ok(sys.uptimeMs() >= 10_000 && sys.uptimeMs() < 11_000)
})
