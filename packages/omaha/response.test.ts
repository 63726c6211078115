import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseResponse } from './parse-response.ts'
import { formatResponse } from './response.ts'
import { response } from './testing/arbitraries.ts'
import { responseSamples } from './testing/samples.ts'

test('parseResponse() reads an offer with an extra file', () => {
  assert.deepEqual(parseResponse(responseSamples.offer), {
    protocol: '3.0',
    server: 'update.example',
    daystartSeconds: 0,
    apps: [
      {
        appId: '{e96281a6-d1af-4bde-9a0a-97b76e56dc57}',
        status: 'ok',
        ping: 'ok',
        updateCheck: {
          status: 'ok',
          pollIntervalSeconds: 77,
          urls: ['https://host.example/amd64-usr/4152.2.0/'],
          manifests: [
            {
              version: '4152.2.0',
              packages: [
                {
                  name: 'flatcar_production_update.gz',
                  sha1: '2jmj7l5rSw0yVb/vlWAYkK/YBwk=',
                  sizeBytes: 382137917,
                  required: true,
                },
                {
                  name: 'oem-azure.gz',
                  sha1: '2jmj7l5rSw0yVb/vlWAYkK/YBwk=',
                  sha256: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
                  sizeBytes: 40897503,
                  required: false,
                },
              ],
              actions: [
                {
                  event: 'postinstall',
                  sha256: '47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=',
                  disablePayloadBackoff: true,
                },
              ],
            },
          ],
        },
        events: ['ok'],
      },
    ],
  })
})

test('formatResponse() writes the answer "no update" as clients know it', () => {
  const parsed = parseResponse(responseSamples.noUpdate)
  assert.equal(
    formatResponse(parsed),
    `<?xml version="1.0" encoding="UTF-8"?>
<response protocol="3.0" server="afloat"><daystart elapsed_seconds="0"/><app appid="{e96281a6-d1af-4bde-9a0a-97b76e56dc57}" status="ok"><ping status="ok"/><updatecheck status="noupdate"/><event status="ok"/></app></response>
`,
  )
})

test('formatResponse() writes an offer with lists around urls, packages and actions', () => {
  const text = formatResponse(parseResponse(responseSamples.offer))
  const order = [...text.matchAll(/<(\w+)/g)].map(([, name]) => name)
  assert.deepEqual(
    order,
    'response daystart app ping updatecheck urls url manifest packages package package actions action event'.split(
      ' ',
    ),
  )
})

test('parseResponse() returns every response that formatResponse() wrote', () => {
  fc.assert(fc.property(response, (value) => assert.deepEqual(parseResponse(formatResponse(value)), value)))
})

test('parseResponse() refuses other protocols', () => {
  assert.throws(() => parseResponse('<response protocol="4.0" server="x"/>'), {
    code: 'omaha/unsupported-protocol',
    message: 'Server speaks Omaha "4.0", expected "3.0" (line 1, column 1)',
  })
})

test('parseResponse() refuses sizes that are no whole numbers', () => {
  for (const size of ['1.5', '', 'NaN', '0x10', '99999999999999999999'])
    assert.throws(() => parseResponse(responseSamples.offer.replace('382137917', size)), {
      code: 'omaha/bad-attribute',
    })
})

test('parseResponse() refuses more than 1 MiB', () => {
  const text = responseSamples.noUpdate.replace('<daystart', `${' '.repeat(1024 * 1024)}<daystart`)
  assert.throws(() => parseResponse(text), { code: 'omaha/too-large' })
})

test('parseResponse() refuses an entity bomb before any entity is used', () => {
  const lines = ['<!DOCTYPE bomb [<!ENTITY a0 "aaaaaaaaaa">']
  for (let level = 1; level < 20; level++) lines.push(`<!ENTITY a${level} "${`&a${level - 1};`.repeat(10)}">`)
  const text = `${lines.join('\n')}]>\n<response protocol="3.0" server="&a19;"/>`
  assert.throws(() => parseResponse(text), { code: 'omaha/doctype' })
})

test('parseResponse() fails on damaged responses with an Omaha error, never otherwise', () => {
  const damage = fc.tuple(fc.nat(1400), fc.nat(40), fc.string({ maxLength: 8 }))
  fc.assert(
    fc.property(damage, ([at, length, insert]) => {
      const text = responseSamples.offer.slice(0, at) + insert + responseSamples.offer.slice(at + length)
      try {
        parseResponse(text)
      } catch (error) {
        assert.match((error as { code: string }).code, /^omaha\//)
      }
    }),
  )
})
