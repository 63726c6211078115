import assert from 'node:assert/strict'
import { test } from 'node:test'
import { curlError, curlInput, parseHead, publicUrl } from './http.ts'

test('parseHead() reads the last of several answers', () => {
  const text =
    'HTTP/1.1 302 Found\r\nLocation: /x\r\nContent-Range: none\r\n\r\nHTTP/2 206 \r\ncontent-range: bytes 5-9/20\r\nX: a: b\r\n\r\n'
  const { status, fields } = parseHead(text)
  assert.equal(status, 206)
  assert.deepEqual(
    [...fields],
    [
      ['content-range', 'bytes 5-9/20'],
      ['x', 'a: b'],
    ],
  )
})

test('parseHead() has no status for what is no answer', () => {
  for (const text of ['', 'HTTP/1.1', 'nonsense\r\n']) assert.equal(parseHead(text).status, 0)
})

test('publicUrl() leaves out what may be secret', () => {
  assert.equal(publicUrl('https://me:pw@host/a/b?token=x#y'), 'https://host/a/b')
  assert.equal(publicUrl('http://host/@a'), 'http://host/@a')
})

test('curlError() says why a certificate is refused', () => {
  const stderr =
    'curl: (60) SSL certificate problem: certificate has expired\nMore details here: https://curl.se/docs/sslcerts.html\n'
  const { message } = curlError('https://h/', 9, { status: 0, fields: new Map() }, { code: 60, stderr })
  assert.match(message, /SSL certificate problem: certificate has expired/)
})

test('curlInput() cannot be broken out of', () => {
  const request = { url: 'http://h/"\\x', limitBytes: 9, headFile: '/head', options: {} }
  const lines = curlInput([request, request]).split('\n')
  assert.equal(lines.filter((line) => line === 'url = "http://h/\\"\\\\x"').length, 2)
  assert.equal(lines.filter((line) => line === 'next').length, 1)
})
