import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { guestInputArgs, guestInputs } from './guest-input.ts'

test('guestInputs() encodes credentials, and joins kernel arguments as they are', () => {
  assert.deepEqual(
    guestInputs({ credentials: { 'a.b': 'x,y\n', empty: '' }, kernelArgs: ['one=1,2', 'two'] }),
    {
      oemStrings: [
        'io.systemd.credential.binary:a.b=eCx5Cg==',
        'io.systemd.credential.binary:empty=',
        'io.systemd.stub.kernel-cmdline-extra=one=1,2 two',
      ],
      fwCfg: {},
    },
  )
})

test('guestInputs() sends a long credential by firmware configuration', () => {
  const { oemStrings, fwCfg } = guestInputs({ credentials: { long: 'x'.repeat(20_000) } })
  assert.deepEqual(oemStrings, [])
  assert.equal(fwCfg['opt/io.systemd.credentials/long']?.length, 20_000)
})

test('guestInputs() refuses more strings than arrive', () => {
  assert.throws(() => guestInputs({ kernelArgs: ['x'.repeat(65_000)] }), { code: 'vm/too-much-input' })
})

test('guestInputs() refuses a name that QEMU would cut', () => {
  assert.throws(() => guestInputs({ fwCfg: { [`opt/${'x'.repeat(60)}`]: '' } }), {
    code: 'vm/too-much-input',
  })
})

test('guestInputArgs() puts values into files and doubles commas in their paths', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'afloat,test-'))
  try {
    const args = await guestInputArgs({ oemStrings: ['a=1,2'], fwCfg: { 'opt/x': Buffer.from('y') } }, dir)
    const escaped = dir.replace(',', ',,')
    assert.deepEqual(args, [
      '-smbios',
      `type=11,path=${escaped}/guest-input-0`,
      '-fw_cfg',
      `name=opt/x,file=${escaped}/guest-input-1`,
    ])
    assert.equal(await readFile(join(dir, 'guest-input-0'), 'utf8'), 'a=1,2')
  } finally {
    await rm(dir, { recursive: true })
  }
})
