import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { afloatConfig, Playground, startPlayground } from './testing/playground.ts'

const { url, browser } = await startPlayground()
const head = 'variant: afloat\nversion: 1.0.0\n'

test('What is typed is marked where it is wrong, F8 goes there and says what to do, and mending it clears it', async () => {
  const playground = await Playground.open(browser, url)
  const { page, editor } = playground
  await editor.fill(head)
  await playground.status('Compiles')
  await page.keyboard.press('Control+End')
  await page.keyboard.type('containers:\nname: web\nimgae: registry.example.com/a:1\nsurvive: yess')
  await playground.status('1 error')
  // Enter went further in after "containers:", where a list belongs.
  assert.equal(
    await editor.inputValue(),
    `${head}containers:\n  name: web\n  imgae: registry.example.com/a:1\n  survive: yess`,
  )
  await editor.fill(
    `${head}hostname: web\n\ncontainers:\n  - name: web\n    imgae: registry.example.com/a:1\n    survive: yess\n`,
  )
  await playground.status('2 errors')
  assert.deepEqual(await playground.marks(), ['imgae', 'yess'])
  assert.deepEqual(await page.locator('#problems .place').allTextContents(), ['7:5 ', '8:14 '])

  await page.keyboard.press('Control+Home')
  await page.keyboard.press('F8')
  assert.equal(await playground.caret(), '7:5')
  assert.deepEqual(await page.locator('.note p').allTextContents(), ['Unknown key "imgae"', 'Write "image"'])
  assert.match(
    (await page.locator('#spoken').textContent())!,
    /^Line 7, error: Unknown key "imgae"\. Write "image"$/,
  )
  assert.equal(await page.locator('#problems .current .message').textContent(), 'Unknown key "imgae" ')
  await page.keyboard.press('F8')
  assert.equal(await playground.caret(), '8:14')
  await page.keyboard.press('F8')
  assert.equal(await playground.caret(), '7:5', 'after the last comes the first')
  await page.keyboard.press('Shift+F8')
  assert.equal(await playground.caret(), '8:14')

  for (let times = 0; times < 4; times++) await page.keyboard.press('Delete')
  await page.keyboard.type('true')
  await playground.status('1 error')
  await page.locator('#problems button').click()
  assert.equal(await playground.caret(), '7:5', 'a click goes there too')
  await page.keyboard.press('Shift+End')
  await page.keyboard.type('image: registry.example.com/a:1')
  await playground.status('Compiles, 1 from lint')
  assert.deepEqual(await page.locator('#problems li').count(), 0)
  await playground.close()
})

test('Every example compiles, and shows what the command line prints', async () => {
  const playground = await Playground.open(browser, url)
  const { page, editor } = playground
  const choices = (await page.locator('#examples option').allTextContents()).slice(1)
  assert.equal(choices.length, readdirSync(join(import.meta.dirname, 'examples')).length)
  for (const choice of choices) {
    await page.getByLabel('Examples').selectOption(choice)
    const text = await editor.inputValue()
    const explained = afloatConfig(['explain', '-'], text)
    await page.getByRole('tab', { name: 'Explained' }).click()
    await page.locator('#panel-explain', { hasText: explained.trim() }).waitFor()
    await playground.status(/^Compiles$/)
    assert.equal(await playground.output('Explained'), explained)
    assert.equal(
      `${await playground.output('Ignition')}\n`,
      afloatConfig(['compile', '--pretty', '--raw'], text),
    )
    assert.equal(await playground.output('Lint'), 'Nothing found')
    const isMachineConfig = text.includes('variant: openshift')
    assert.equal(await page.getByRole('tab', { name: 'MachineConfig' }).isVisible(), isMachineConfig)
    if (isMachineConfig)
      assert.equal(await playground.output('MachineConfig'), afloatConfig(['compile'], text).trimEnd())
  }
  await page.locator('#message').waitFor({ state: 'hidden' })
  await editor.fill(head)
  await page.getByLabel('Examples').selectOption(choices[0]!)
  await page.getByRole('button', { name: 'Bring back my text' }).click()
  assert.equal(await editor.inputValue(), head, 'own text is not lost')
  await playground.close()
})

test('The Ignition of contents that are compressed says the same as that of the command line', async () => {
  const playground = await Playground.open(browser, url)
  const text = `variant: flatcar\nversion: 1.1.0\nstorage:\n  files:\n    - path: /a\n      contents:\n        inline: "${'word '.repeat(500)}"\n`
  await playground.editor.fill(text)
  await playground.page.locator('#panel-explain', { hasText: /gzip \d+ B in the config/ }).waitFor()
  const bytesOf = (json: string) => {
    const { source, compression } = JSON.parse(json).storage.files[0].contents
    return [compression, gunzipSync(Buffer.from(source.split(',')[1], 'base64')).toString()]
  }
  assert.deepEqual(bytesOf(await playground.output('Ignition')), bytesOf(afloatConfig(['compile'], text)))
  await playground.close()
})

test('Fields for the values of variables come and go with their declarations', async () => {
  const playground = await Playground.open(browser, url)
  const { page, editor } = playground
  assert.equal(await page.locator('#variables').isVisible(), false)
  await editor.fill(`${head}variables:\n  host: { type: string }\nhostname: !var host\n`)
  await playground.status('1 error')
  assert.match((await page.locator('#problems').textContent())!, /Enter one under "Variables"/)
  await page.getByLabel('host').fill('web-7')
  await playground.status('Compiles')
  assert.match(await playground.output('Ignition'), /"source": "data:,web-7%0A"/)
  await editor.fill(`${head}hostname: a\n`)
  await page.locator('#variables').waitFor({ state: 'hidden' })
  await playground.close()
})

test('Lint marks what compiles, in its own tab and in the text', async () => {
  const playground = await Playground.open(browser, url)
  await playground.editor.fill(`${head}containers: [{name: a, image: registry.example.com/a:1}]\n`)
  await playground.status('Compiles, 1 from lint')
  assert.match(await playground.output('Lint (1)'), /^3:\d+ warning .*lint\/image-without-digest $/)
  await playground.page.locator('#panel-lint button').click()
  assert.equal(await playground.caret(), '3:31')
  assert.deepEqual(await playground.marks(), ['registry.example.com/a:1'])
  await playground.close()
})

test('The page can be used with the keyboard alone', async () => {
  const playground = await Playground.open(browser, url)
  const { page, editor } = playground
  const focused = async () => await page.locator(':focus').evaluate((element: { id: string }) => element.id)
  await playground.status('Compiles')
  const walk: string[] = []
  for (let step = 0; step < 3; step++) {
    await page.keyboard.press('Tab')
    walk.push(await focused())
  }
  assert.deepEqual(walk, ['examples', 'share', ''])
  assert.equal(
    await editor.evaluate((area: { matches(selector: string): boolean }) => area.matches(':focus-visible')),
    true,
  )
  await page.keyboard.press('Control+Home')
  await page.keyboard.press('Tab')
  assert.match(await editor.inputValue(), /^ {2}# A web server/, 'Tab indents')
  await page.keyboard.press('Shift+Tab')
  assert.match(await editor.inputValue(), /^# A web server/)
  await page.keyboard.press('Escape')
  await page.keyboard.press('Tab')
  assert.equal(await focused(), 'tab-explain', 'and leaves the editor after Escape')
  await page.keyboard.press('ArrowRight')
  assert.equal(await focused(), 'tab-ignition')
  assert.equal(await page.locator('#panel-ignition').isVisible(), true)
  await page.keyboard.press('ArrowRight')
  assert.equal(await focused(), 'tab-lint', 'a tab that is hidden is left out')
  await page.keyboard.press('ArrowRight')
  assert.equal(await focused(), 'tab-explain')
  await page.keyboard.press('Shift+Tab')
  await page.keyboard.press('Escape')
  await page.keyboard.press('Shift+Tab')
  assert.equal(await focused(), 'share')
  await playground.close()
})
