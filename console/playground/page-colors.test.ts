import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'

const css = readFileSync(join(import.meta.dirname, 'page.css'), 'utf8')
const [light, dark] = [...css.matchAll(/:root \{([^}]*)\}/g)].map((block) => readColors(block[1]!))

function readColors(block: string): Map<string, string> {
  return new Map([...block.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map((line) => [line[1]!, line[2]!]))
}

/** Source: WCAG 2.2, relative luminance. */
function luminance(color: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const ratio = Number.parseInt(color.slice(at, at + 2), 16) / 255
    return ratio <= 0.04045 ? ratio / 12.92 : ((ratio + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

function contrast(a: string, b: string): number {
  const [darker = 0, lighter = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y)
  return (lighter + 0.05) / (darker + 0.05)
}

for (const [scheme, colors] of Object.entries({ light: light!, dark: dark! }))
  test(`Every color of text can be read on every ground, ${scheme} (WCAG 2.2 AA)`, () => {
    const grounds = ['paper', 'ground', 'current']
    const texts = [...colors.keys()].filter((name) => ![...grounds, 'line'].includes(name))
    assert.ok(texts.length >= 12, texts.join())
    for (const text of texts)
      for (const ground of grounds) {
        const ratio = contrast(colors.get(text)!, colors.get(ground)!)
        assert.ok(ratio >= 4.5, `${text} on ${ground}: ${ratio.toFixed(2)}`)
      }
  })
