import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { repoDir } from './paths.ts'
import { buildPlayground } from './playground.ts'

const html = await buildPlayground()

test('buildPlayground() allows the page its own two parts by hash, and nothing from elsewhere', () => {
  const hash = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`
  const [, script] = /<script>([\s\S]*?)<\/script>/.exec(html)!
  const [, style] = /<style>([\s\S]*?)<\/style>/.exec(html)!
  const [, policy] = /<meta http-equiv="Content-Security-Policy" content="([^"]*)">/.exec(html)!
  assert.deepEqual(policy!.split('; '), [
    "default-src 'none'",
    `script-src ${hash(script!)}`,
    `style-src ${hash(style!)}`,
    'worker-src blob:',
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ])
  assert.ok(html.indexOf('Content-Security-Policy') < html.indexOf('<style>'), 'the policy comes first')
})

test('buildPlayground() makes a page that names no other file', () => {
  const markup = html.replaceAll(/<(script|style)\b[^>]*>[\s\S]*?<\/\1>/g, '')
  assert.deepEqual(markup.match(/\b(?:src|href|action)="(?!data:)[^"]*"/g), null)
  assert.doesNotMatch(html, /@import|\burl\(|<!-- \w+ -->/)
})

test('buildPlayground() gives the same bytes each time, without a path of this checkout', async () => {
  assert.equal(await buildPlayground(), html)
  assert.ok(!html.includes(repoDir))
})
