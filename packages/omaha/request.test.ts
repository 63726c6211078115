import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseRequest } from './parse-request.ts'
import { formatRequest } from './request.ts'
import { request } from './testing/arbitraries.ts'
import { requestSamples } from './testing/samples.ts'

test('parseRequest() reads the periodic check of a real client', () => {
  assert.deepEqual(parseRequest(requestSamples.idle), {
    protocol: '3.0',
    version: 'update_engine-0.4.10',
    updaterVersion: 'update_engine-0.4.10',
    installSource: 'scheduler',
    isMachine: true,
    os: { version: 'Chateau', platform: 'CoreOS', sp: '4081.2.0_x86_64' },
    apps: [
      {
        appId: '{e96281a6-d1af-4bde-9a0a-97b76e56dc57}',
        version: '4081.2.0',
        track: 'stable',
        bootId: '{0e3d9a3a-26ff-4b0e-8a11-0a8b4d8c8f5e}',
        oem: 'qemu',
        oemVersion: '',
        alephVersion: '3815.2.0',
        machineId: 'abce01234567890abcdef01234567890',
        machineAlias: '',
        lang: 'en-US',
        board: 'amd64-usr',
        hardwareClass: '',
        deltaOkay: false,
        ping: { active: true },
        updateCheck: {},
        events: [{ type: 3, result: 2, previousVersion: '3975.2.0' }],
      },
    ],
  })
})

test('parseRequest() reads a failure with its error code', () => {
  assert.deepEqual(parseRequest(requestSamples.downloadFailed).apps[0]?.events, [
    { type: 3, result: 0, errorCode: 268435466 },
  ])
})

test('formatRequest() writes what a real client writes', () => {
  const text = formatRequest({
    protocol: '3.0',
    version: 'update_engine-0.4.10',
    isMachine: true,
    apps: [
      {
        appId: '{e96281a6-d1af-4bde-9a0a-97b76e56dc57}',
        version: '4081.2.0',
        track: 'stable',
        machineId: 'abce',
        board: 'amd64-usr',
        deltaOkay: false,
        ping: { active: true },
        updateCheck: {},
        events: [{ type: 3, result: 0, errorCode: 268435466 }],
      },
    ],
  })
  assert.equal(
    text,
    `<?xml version="1.0" encoding="UTF-8"?>
<request protocol="3.0" version="update_engine-0.4.10" ismachine="1"><app appid="{e96281a6-d1af-4bde-9a0a-97b76e56dc57}" version="4081.2.0" track="stable" machineid="abce" board="amd64-usr" delta_okay="false"><ping active="1"/><updatecheck/><event eventtype="3" eventresult="0" errorcode="268435466"/></app></request>
`,
  )
})

test('parseRequest() returns every request that formatRequest() wrote', () => {
  fc.assert(fc.property(request, (value) => assert.deepEqual(parseRequest(formatRequest(value)), value)))
})

test('formatRequest() replaces what XML cannot hold', () => {
  const app = { appId: 'a\0b\ud800c\uffff', version: '1.0.0', events: [] }
  assert.equal(
    parseRequest(formatRequest({ protocol: '3.0', apps: [app] })).apps[0]?.appId,
    'a\ufffdb\ufffdc\ufffd',
  )
})

const refused = [
  ['', 'omaha/malformed-xml', 1, 1],
  ['no XML', 'omaha/malformed-xml', 1, 8],
  ['<request', 'omaha/malformed-xml', 1, 9],
  ['<request>\n<app></request>', 'omaha/malformed-xml', 2, 16],
  ['<request a="1" a="2"/>', 'omaha/malformed-xml', 1, 23],
  ['<request>&lol;</request>', 'omaha/malformed-xml', 1, 15],
  ['<request a="\u0001"/>', 'omaha/malformed-xml', 1, 14],
  ['<!DOCTYPE r [<!ENTITY lol "lol">]><request/>', 'omaha/doctype', 1, 35],
  ['<response protocol="3.0"/>', 'omaha/wrong-root', 1, 1],
  ['<request>\n  <app\n version="1"/></request>', 'omaha/missing-attribute', 2, 3],
  ['<request><app appid="a"><event eventtype="3"/></app></request>', 'omaha/missing-attribute', 1, 25],
  [
    '<request><app appid="a"><event eventtype="3" eventresult="1e3"/></app></request>',
    'omaha/bad-attribute',
    1,
    25,
  ],
  ['<request ismachine="perhaps"/>', 'omaha/bad-attribute', 1, 1],
  [`${'<request>'.repeat(17)}${'</request>'.repeat(17)}`, 'omaha/too-deep', 1, 145],
] as const

test('parseRequest() says what is wrong and where', () => {
  for (const [text, code, line, column] of refused)
    assert.throws(
      () => parseRequest(text),
      (error: { code: string; details: unknown }) => {
        assert.deepEqual([text, error.code, error.details], [text, code, { line, column }])
        return true
      },
    )
})

test('parseRequest() refuses more than 64 KiB before it reads any of it', () => {
  const most = `<request>${' '.repeat(65536 - 19)}</request>`
  assert.deepEqual(parseRequest(most), { protocol: '', apps: [] })
  assert.throws(() => parseRequest(`${most} `), {
    code: 'omaha/too-large',
    message: 'Message is too large: expected at most 65536 bytes',
  })
})

test('parseRequest() fails on damaged requests with an Omaha error, never otherwise', () => {
  const damage = fc.tuple(fc.nat(1200), fc.nat(40), fc.string({ maxLength: 8 }))
  fc.assert(
    fc.property(damage, ([at, length, insert]) => {
      const text = requestSamples.idle.slice(0, at) + insert + requestSamples.idle.slice(at + length)
      try {
        parseRequest(text)
      } catch (error) {
        assert.match((error as { code: string }).code, /^omaha\//)
      }
    }),
  )
})

test('parseRequest() is not confused by names of Object.prototype', () => {
  assert.deepEqual(parseRequest('<request __proto__="a" constructor="b"><toString/></request>'), {
    protocol: '',
    apps: [],
  })
})
