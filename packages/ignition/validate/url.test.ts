import assert from 'node:assert/strict'
import { test } from 'node:test'
import { urlScheme } from './url.ts'

for (const [url, scheme] of [
  ['https://h.test/a%20b?q=%zz#f', 'https'],
  ['HTTP://h.test:/', 'http'],
  ['http://', 'http'],
  ['s3:///key', 's3'],
  ['data:,50%', 'data'],
  ['http://[fe80::1%25en0]:80/', 'http'],
  ['http://u:p%40@h.test', 'http'],
  ['http://<h>', 'http'],
  ['http://h%C3%A9', 'http'],
  ['http://ü.test/', 'http'],
  ['a/b:c', ''],
  ['/a:b', ''],
  ['///a b', ''],
  ['', ''],
  ['https://%zz', undefined],
  ['https://h%41.test', undefined],
  ['http://h test/', undefined],
  ['http://h.test:x/', undefined],
  ['http://u p@h.test', undefined],
  ['http://[::1', undefined],
  ['http://[::1]x', undefined],
  ['http://h.test/%', undefined],
  ['http://h.test/#%', undefined],
  ['//h:x', undefined],
  ['a:b/c d', 'a'],
  ['1a:b', undefined],
  [':a', undefined],
  ['a\nb', undefined],
] as const)
  test(`urlScheme() of ${JSON.stringify(url)}`, () => assert.equal(urlScheme(url), scheme))
