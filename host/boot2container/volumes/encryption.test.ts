import assert from 'node:assert/strict'
import { test } from 'node:test'
import { encodeBase64 } from '@afloat/ignition/base64'
import { AfloatError } from '@afloat/report'
import { FakeSys } from '../../sys/fake-sys.ts'
import { type OpenKey, openEncrypted, removeKey } from './encryption.ts'
import { inputText } from './testing/fake-s3.ts'

const helper = '/usr/lib/afloat/fscrypt'
const box = '/cache/v/box'

/** A kernel that knows the folders with a policy, and keys by their first letter. */
function machine(options: { feature?: boolean; type?: string } = {}) {
  const sys = new FakeSys({ files: { [helper]: '' } })
  const state = { feature: options.feature ?? true, policies: new Map<string, string>(), busy: 0 }
  const mount = `1 0 8:1 / /cache rw - ${options.type ?? 'ext4'} /dev/sda1 rw`
  sys.addFile('/proc/self/mountinfo', `${mount}\n0 0 0:1 / / rw - tmpfs tmpfs rw\n`)
  sys.addProgram('tune2fs', () => {
    state.feature = true
    return {}
  })
  sys.addProgram(helper, ([verb, folder = '', id = ''], { input }) => {
    if (verb === 'get-policy') {
      const policy = state.policies.get(folder)
      return policy === undefined ? { code: 61 } : { stdout: `${policy}\n` }
    }
    if (!state.feature) return { code: 95 }
    if (verb === 'add-key') return { stdout: `id-${inputText(input).charAt(0)}\n` }
    if (verb === 'remove-key') return { stdout: state.busy-- > 0 ? 'busy\n' : '' }
    if (sys.list(folder)?.length !== 0) return { code: 39 }
    state.policies.set(folder, id)
    return {}
  })
  return { sys, state }
}

const keyOf = (letter: string): string => encodeBase64(new Uint8Array(64).fill(letter.charCodeAt(0)))

function open(sys: FakeSys, key?: string, reset = false): OpenKey[] | string {
  const keys: OpenKey[] = []
  const request = {
    name: 'v',
    folder: box,
    reset,
    bookkeeping: `${box}/known`,
    ...(key === undefined ? {} : { key }),
  }
  try {
    openEncrypted(sys, request, keys)
    return keys
  } catch (error) {
    assert.ok(error instanceof AfloatError)
    assert.ok(key === undefined || !error.message.includes(key))
    return error.code
  }
}

test('openEncrypted() encrypts what is new and opens what has the key', () => {
  const { sys, state } = machine()
  assert.deepEqual(open(sys, keyOf('a')), [{ name: 'v', folder: box, id: 'id-a' }])
  sys.addFile(`${box}/data/x`, 'x')
  assert.deepEqual(open(sys, keyOf('a'), true), [{ name: 'v', folder: box, id: 'id-a' }])
  assert.equal(sys.readText(`${box}/data/x`), 'x')
  assert.deepEqual([...state.policies], [[box, 'id-a']])
  assert.ok(!sys.commands.join('\n').includes(keyOf('a')))
})

test('openEncrypted() changes nothing where the key is wrong, missing or none, and empties on demand', () => {
  const { sys, state } = machine()
  open(sys, keyOf('a'))
  sys.addFile(`${box}/data/x`, 'x')
  assert.equal(open(sys, keyOf('b')), 'b2c/volume-wrong-key')
  assert.equal(open(sys), 'b2c/volume-locked')
  assert.equal(open(sys, 'AAAA'), 'b2c/volume-key-invalid')
  assert.equal(open(sys, 'no base64'), 'b2c/volume-key-invalid')
  for (const count of [31, 65])
    assert.equal(open(sys, encodeBase64(new Uint8Array(count))), 'b2c/volume-key-invalid')
  assert.equal(sys.readText(`${box}/data/x`), 'x')
  state.policies.delete(box)
  assert.equal(open(sys, keyOf('a')), 'b2c/volume-not-encrypted')
  assert.equal(sys.readText(`${box}/data/x`), 'x')
  assert.deepEqual(open(sys, keyOf('b'), true), [{ name: 'v', folder: box, id: 'id-b' }])
  assert.deepEqual(sys.list(box), [])
})

test('openEncrypted() takes a folder for empty that holds none but its own bookkeeping', () => {
  const { sys } = machine()
  sys.addFile(`${box}/known`, '')
  sys.makeDirs(`${box}/data/empty`)
  assert.deepEqual(open(sys, keyOf('a')), [{ name: 'v', folder: box, id: 'id-a' }])
})

test('openEncrypted() gives ext4 the feature it lacks, and says what other file systems cannot', () => {
  const { sys } = machine({ feature: false })
  assert.deepEqual(open(sys, keyOf('a')), [{ name: 'v', folder: box, id: 'id-a' }])
  assert.ok(sys.commands.includes('tune2fs -O encrypt /dev/sda1'))
  assert.equal(open(machine({ feature: false, type: 'tmpfs' }).sys, keyOf('a')), 'b2c/encryption-unsupported')
  assert.equal(open(new FakeSys(), keyOf('a')), 'b2c/encryption-unsupported')
  assert.deepEqual(open(new FakeSys()), [])
})

test('removeKey() waits a moment for files that are open', () => {
  const { sys, state } = machine()
  state.busy = 3
  assert.equal(removeKey(sys, { name: 'v', folder: box, id: 'id-a' }), true)
  assert.equal(sys.commands.at(-1), `${helper} remove-key /cache/v id-a`)
  state.busy = 100
  assert.equal(removeKey(sys, { name: 'v', folder: box, id: 'id-a' }), false)
  assert.ok(sys.uptimeMs() < 2000)
})
