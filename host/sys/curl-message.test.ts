import assert from 'node:assert/strict'
import { test } from 'node:test'
import { curlMessage } from './curl-message.ts'

test('curlMessage() returns the sentence, and not the advice after it', () => {
  const advice =
    'curl: (60) SSL certificate problem: self-signed certificate\nMore details here: https://curl.se/docs/sslcerts.html\n\nTo learn more, visit the web page.\n'
  assert.equal(curlMessage(advice), 'SSL certificate problem: self-signed certificate')
  assert.equal(curlMessage('Warning: x\ncurl: (7) refused\n'), 'refused')
  assert.equal(curlMessage('wget: first\nwget: server returned error\n'), 'wget: server returned error')
  assert.equal(curlMessage('\n'), '')
})
