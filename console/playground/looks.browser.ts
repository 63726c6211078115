import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Playground, startPlayground } from './testing/playground.ts'

const { url, browser } = await startPlayground()

test('At 320 pixels nothing is cut off, and everything can be reached', async () => {
  const playground = await Playground.open(browser, url, { viewport: { width: 320, height: 560 } })
  const { page, editor } = playground
  await playground.status('Compiles')
  await editor.fill('variant: afloat\nversion: 1.0.0\nvariables: {a: {}, b: {}}\ncontainers: 1\n')
  await playground.status(/error/)
  for (const name of ['Copy link', 'Copy']) {
    const { x, width } = (await page.getByRole('button', { name, exact: true }).boundingBox())!
    assert.ok(x >= 0 && x + width <= 320, name)
  }
  for (const part of ['header', '#variables', '.editor', '#problems', '.output', 'footer']) {
    const { x, width, height } = (await page.locator(part).boundingBox())!
    assert.ok(x >= 0 && x + width <= 320 && height > 30, part)
  }
  const wider = await page.locator('html').evaluate((root: { scrollWidth: number }) => root.scrollWidth)
  assert.equal(wider, 320, 'the page does not scroll sideways')
  await playground.close()
})

test('What has the focus shows it', async () => {
  const playground = await Playground.open(browser, url)
  const { page } = playground
  await playground.status('Compiles')
  for (let step = 0; step < 6; step++) {
    await page.keyboard.press(step === 3 ? 'Escape' : 'Tab')
    const ring = await page.locator(':focus').evaluate((element: Focused) => {
      const styleOf = (globalThis as unknown as { getComputedStyle(of: Focused): Style }).getComputedStyle
      const frame = element.closest('.input')
      return (
        styleOf(element).outlineStyle !== 'none' || (frame !== null && styleOf(frame).boxShadow !== 'none')
      )
    })
    assert.ok(ring, `step ${step}`)
  }
  await playground.close()
})

interface Focused {
  closest(selector: string): Focused | null
}

interface Style {
  readonly outlineStyle: string
  readonly boxShadow: string
}

test('The text in the editor lies on the characters that are typed, whatever they are', async () => {
  const playground = await Playground.open(browser, url)
  const { editor } = playground
  await playground.status('Compiles')
  for (const text of ['a: plain', 'a:\ttab', '# ü 日本 😀 ﬁ != =>', `"long": ${'x'.repeat(300)}`]) {
    await editor.fill(text)
    await playground.page.locator('.rows .current', { hasText: text }).waitFor()
    const { drawn, typed } = await editor.evaluate(measureWidths)
    assert.ok(Math.abs(drawn - typed) <= 2, `${text}: drawn ${drawn}, typed ${typed}`)
  }
  await playground.close()
})

/** Width of the line that is drawn, and of the same line in the text area. Runs in the page. */
function measureWidths(area: Area): { drawn: number; typed: number } {
  const { document, getComputedStyle } = globalThis as unknown as Window
  const range = document.createRange()
  range.selectNodeContents(document.querySelector('.rows .current'))
  const drawn = range.getBoundingClientRect().width
  // A text area that is one pixel wide can be scrolled by as much as its text is wide.
  area.style.width = '1px'
  const typed = area.scrollWidth - Number.parseFloat(getComputedStyle(area).paddingLeft)
  area.style.width = ''
  return { drawn, typed }
}

interface Area {
  readonly scrollWidth: number
  readonly style: { width: string }
}

interface Window {
  getComputedStyle(of: Area): { readonly paddingLeft: string }
  readonly document: {
    querySelector(selector: string): unknown
    createRange(): {
      selectNodeContents(node: unknown): void
      getBoundingClientRect(): { readonly width: number }
    }
  }
}
