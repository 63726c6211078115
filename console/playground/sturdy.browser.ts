import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { buildPlayground } from '@afloat/build/playground'
import { Playground, startPlayground } from './testing/playground.ts'

const { url, browser } = await startPlayground()
const dir = mkdtempSync(join(tmpdir(), 'afloat-playground-'))
after(() => rmSync(dir, { recursive: true }))

const head = 'variant: flatcar\nversion: 1.1.0\n'

test('A page that was opened needs no network any more', async () => {
  const playground = await Playground.open(browser, url)
  await playground.page.context().setOffline(true)
  await playground.editor.fill(`${head}storage: 1\n`)
  await playground.status('1 error')
  await playground.close()
})

test('A page that was saved opens from the disk, without a network', async () => {
  const path = join(dir, 'index.html')
  writeFileSync(path, await buildPlayground())
  const playground = await Playground.open(browser, `file://${path}`, { offline: true })
  await playground.status('Compiles')
  await playground.editor.fill(`${head}storage: 1\n`)
  await playground.status('1 error')
  await playground.page.reload()
  await playground.status('1 error')
  assert.equal(await playground.editor.inputValue(), `${head}storage: 1\n`)
  await playground.close()
})

/** Each alias stands for nine of the one before. */
const aliases = Array.from(
  { length: 30 },
  (_, at) =>
    `a${at}: &a${at} [${Array(9)
      .fill(`*a${at - 1}`)
      .join(', ')}]`,
)

for (const [name, text] of [
  ['of aliases', `${head}a0: &a0 [x]\n${aliases.slice(1).join('\n')}\nstorage: {files: *a29}\n`],
  ['of depth', `${head}storage: ${'['.repeat(10_000)}\n`],
  ['of one line of 1 MB', `${head}storage: "${'x'.repeat(1_000_000)}"\n`],
  ['of many lines, 1 MB', `${head}${`key: "${'value'.repeat(10)}"\n`.repeat(18_000)}`],
  ['of words, 1 MB', 'a '.repeat(500_000)],
] as const)
  test(`A bomb ${name} does not stop the page`, async () => {
    const playground = await Playground.open(browser, url)
    const { page } = playground
    await playground.status('Compiles')
    await playground.paste(text)
    const stillness = await playground.watchStillness()
    await playground.status(/\d errors?|Stopped: compiling took longer than 5 s/)
    await page.keyboard.press('F8')
    const longestMs = await stillness()
    assert.ok(longestMs < 3000, `the page stood still for ${longestMs} ms`)
    await playground.paste(head)
    await playground.status('Compiles')
    await playground.close()
  })

test('Compiling that takes too long is ended, and said to be', async () => {
  // The same page with a deadline that nothing can keep.
  const path = join(dir, 'hasty.html')
  writeFileSync(path, (await buildPlayground()).replace('data-deadline-ms="5000"', 'data-deadline-ms="1"'))
  const playground = await Playground.open(browser, `file://${path}`)
  await playground.status(
    'Stopped: compiling took longer than 0.001 s. It starts again when the text changes',
  )
  await playground.close()
})

test('The editor follows typing and scrolling in a text of 5,000 lines', async () => {
  const playground = await Playground.open(browser, url)
  const { page, editor } = playground
  const files = Array.from(
    { length: 1249 },
    (_, at) => `    - path: /etc/file-${at}\n      mode: 0644\n      contents:\n        inline: text ${at}\n`,
  )
  await playground.paste(`${head}storage:\n  files:\n${files.join('')}`)
  await playground.status('Compiles')
  await page.keyboard.press('Control+End')
  await page.locator('.numbers .current', { hasText: /^5001$/ }).waitFor()
  const startedAt = performance.now()
  await page.keyboard.type('# forty letters, one after the other, so')
  const msPerKey = (performance.now() - startedAt) / 40
  assert.ok(msPerKey < 300, `${msPerKey} ms for a key`)
  await page.locator('.rows .current', { hasText: '# forty letters, one after the other, so' }).waitFor()
  assert.ok(await editor.evaluate(caretLineIsInView), 'the line that is written is in view')
  assert.ok((await page.locator('.row').count()) < 100, 'only what is in view is drawn')
  await page.keyboard.press('Control+Home')
  await page.locator('.numbers .current', { hasText: /^1$/ }).waitFor()
  await playground.close()
})

/** Runs in the page, in one go: lines are drawn anew all the time. */
function caretLineIsInView(area: Element): boolean {
  const { document } = globalThis as unknown as { document: { querySelector(selector: string): Element } }
  const frame = area.getBoundingClientRect()
  const line = document.querySelector('.rows .current').getBoundingClientRect()
  const middle = (line.top + line.bottom) / 2
  return frame.top < middle && middle < frame.bottom
}

interface Element {
  getBoundingClientRect(): { readonly top: number; readonly bottom: number }
}
