import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { repoDir } from '@afloat/build/paths'
import { formatYaml } from '@afloat/butane'
import { formatIgnition } from '@afloat/ignition'
import { compileText } from './compile-file.ts'

// Origin of the cases: packages/butane/corpus/README.md
const corpus = join(repoDir, 'packages/butane/corpus')
const cases = readdirSync(corpus).filter((name) => existsSync(join(corpus, name, 'input.bu')))

for (const name of cases)
  test(`formatYaml() does not change what ${name} compiles to`, () => {
    const text = readFileSync(join(corpus, name, 'input.bu'), 'utf8')
    const { text: formatted, report } = formatYaml(text)
    if (formatted === undefined) {
      assert.ok(report.diagnostics.every(({ code }) => code !== 'butane/format-changes'))
      return
    }
    assert.deepEqual(compile(formatted, name), compile(text, name))
    assert.equal(formatYaml(formatted).text, formatted)
  })

/** The config, or the codes and paths of what is wrong. */
function compile(text: string, name: string): unknown {
  const { ignition, report } = compileText(text, { filesDir: join(corpus, name, 'files') })
  return ignition
    ? formatIgnition(ignition)
    : report.diagnostics.map(({ code, path }) => [code, path]).toSorted()
}
