import assert from 'node:assert/strict'
import { test } from 'node:test'
import { deflateRawSync } from 'node:zlib'
import { Playground, startPlayground } from './testing/playground.ts'

const { url, browser } = await startPlayground()
const text = 'variant: afloat\nversion: 1.0.0\nhostname: "shared-ü-😀"\n'

test('A link holds the text, and whoever opens it sees the same', async () => {
  const playground = await Playground.open(browser, url)
  const { page, editor } = playground
  await editor.fill(text)
  await page.getByRole('button', { name: 'Copy link' }).click()
  await page.getByText('Link copied. The text is in the link itself.').waitFor()
  const link = await playground.clipboard()
  assert.equal(link, page.url())
  assert.match(link, /#v1\.[\w-]+$/)

  const other = await Playground.open(browser, link)
  await other.status('1 error')
  assert.equal(await other.editor.inputValue(), text)
  await other.close()

  await editor.fill('variant: flatcar\nversion: 1.1.0\n')
  await playground.status('Compiles')
  await page.reload()
  await playground.status('Compiles')
  assert.equal(await editor.inputValue(), 'variant: flatcar\nversion: 1.1.0\n', 'what came later is not lost')
  await playground.close()
})

test('A link that is put into the address bar of an open page is followed, and what was there is kept', async () => {
  const playground = await Playground.open(browser, url)
  await playground.editor.fill('hostname: mine\n')
  await playground.status('1 error')
  await playground.page.goto(`${url}#v1.${deflateRawSync(text).toString('base64url')}`)
  await playground.status('1 error')
  assert.equal(await playground.editor.inputValue(), text)
  await playground.page.getByRole('button', { name: 'Bring back my text' }).click()
  assert.equal(await playground.editor.inputValue(), 'hostname: mine\n')
  await playground.close()
})

const script = '<script>alert(1)</script><img src=x onerror=alert(2)>'

for (const [name, fragment, message] of [
  ['of garbage', '#garbage', 'The link holds no configuration'],
  ['of markup', `#v1.${script}`, 'The link is damaged'],
  ['that is cut', '#v1.K0ssykzMK7FSS', 'The link is damaged'],
  ['of another version', '#v77.K0ssykzMK7FSSEzLyU8s4QIA', 'The link is from a newer version of this page'],
  ['that is huge', `#v1.${'A'.repeat(1_900_000)}`, 'The link is damaged'],
  [
    'of a bomb',
    `#v1.${deflateRawSync(Buffer.alloc(200_000_000)).toString('base64url')}`,
    'more than 1 MiB of text',
  ],
] as const)
  test(`A link ${name} is refused in words, and the page works on`, async () => {
    const playground = await Playground.open(browser, url + fragment)
    const { page, editor } = playground
    await page.locator('#message').filter({ hasText: message }).waitFor()
    await playground.status('Compiles')
    await page.getByRole('button', { name: 'Close message' }).click()
    assert.equal(await page.locator('#message').isVisible(), false)
    await editor.fill(text)
    await playground.status('1 error')
    await playground.close()
  })

test('Markup in a link, in messages and in outputs is text', async () => {
  const hostile = `variant: flatcar\nversion: 1.1.0\n${JSON.stringify(script)}: 1\nstorage: {files: [{path: ${JSON.stringify(`/${script}`)}, mode: 7777}]}\n`
  const playground = await Playground.open(
    browser,
    `${url}#v1.${deflateRawSync(hostile).toString('base64url')}`,
  )
  const { page } = playground
  page.on('dialog', () => assert.fail('a script ran'))
  await playground.status(/error|warning/)
  await page.keyboard.press('F8')
  await page.locator('.note').waitFor()
  for (const tab of ['Ignition', 'Lint', 'Explained']) await playground.output(tab)
  assert.equal(await page.locator('main img, main script').count(), 0)
  await playground.close()
})
