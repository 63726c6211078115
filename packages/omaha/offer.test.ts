import assert from 'node:assert/strict'
import { test } from 'node:test'
import { flatcarAppId } from './app-ids.ts'
import { findOffer } from './offer.ts'
import { parseResponse } from './parse-response.ts'
import { responseSamples } from './testing/samples.ts'

const sha256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'

test('findOffer() takes the first package, whatever the spelling of the application id', () => {
  for (const appId of [flatcarAppId, `{${flatcarAppId.toUpperCase()}}`])
    assert.deepEqual(findOffer(parseResponse(responseSamples.offer), appId), {
      kind: 'update',
      version: '4152.2.0',
      urls: ['https://host.example/amd64-usr/4152.2.0/flatcar_production_update.gz'],
      sizeBytes: 382137917,
      sha256,
      pollIntervalSeconds: 77,
    })
})

test('findOffer() adds the slash that a code base lacks', () => {
  const text = responseSamples.offer.replace('4152.2.0/"/>', '4152.2.0"/>')
  const offer = findOffer(parseResponse(text), flatcarAppId)
  assert.equal(
    offer.kind === 'update' && offer.urls[0],
    'https://host.example/amd64-usr/4152.2.0/flatcar_production_update.gz',
  )
})

test('findOffer() finds nothing in "noupdate", and keeps when to ask again', () => {
  assert.deepEqual(findOffer(parseResponse(responseSamples.noUpdate), flatcarAppId), { kind: 'none' })
  const later = responseSamples.noUpdate.replace('"noupdate"', '"noupdate" PollInterval="60"')
  assert.deepEqual(findOffer(parseResponse(later), flatcarAppId), { kind: 'none', pollIntervalSeconds: 60 })
})

test('findOffer() tells a refusal from "no update"', () => {
  assert.throws(() => findOffer(parseResponse(responseSamples.rateLimited), 'x'), {
    code: 'omaha/refused',
    message: 'Server refused: error-maxUpdatesPerPeriodLimitReached',
    details: {
      appStatus: 'error-maxUpdatesPerPeriodLimitReached',
      checkStatus: 'error-internal',
      pollIntervalSeconds: 600,
    },
  })
})

test('findOffer() refuses an answer to another application', () => {
  assert.throws(() => findOffer(parseResponse(responseSamples.offer), 'another'), {
    code: 'omaha/app-missing',
  })
})

const broken: readonly (readonly [RegExp | string, string, string])[] = [
  [/<manifest.*<\/manifest>/s, '', 'it has no manifest'],
  [/<packages>.*<\/packages>/s, '', 'it has no package'],
  [/<urls>.*<\/urls>/s, '', 'it has no URL'],
  ['size="382137917"', 'size="0"', 'its size is 0'],
  ['size="382137917"', 'size="-1"', 'its size is -1'],
  ['"postinstall"', '"preinstall"', 'its action "postinstall" has no checksum'],
  ['47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=', 'AAAA', 'its checksum is not the Base64 of a SHA-256'],
  [
    'https://host.example/amd64-usr/4152.2.0/',
    'file:///etc/',
    '"file:///etc/flatcar_production_update.gz" is not an http or https URL',
  ],
]

test('findOffer() says what is missing from an offer', () => {
  for (const [what, instead, problem] of broken)
    assert.throws(
      () => findOffer(parseResponse(responseSamples.offer.replace(what, instead)), flatcarAppId),
      {
        code: 'omaha/incomplete-offer',
        message: `Cannot use the update that the server offers: ${problem}`,
      },
    )
})
