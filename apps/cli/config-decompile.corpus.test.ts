import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { repoDir } from '@afloat/build/paths'
import { decompileConfig } from '@afloat/butane'
import { configMeaning, parseIgnition } from '@afloat/ignition'
import { compileText } from './compile-file.ts'
import { gunzip } from './load-config.ts'

// Origin of the cases: packages/butane/corpus/README.md
const corpus = join(repoDir, 'packages/butane/corpus')
const cases = readdirSync(corpus).filter((name) => existsSync(join(corpus, name, 'expected.json')))

for (const name of cases)
  test(`decompileConfig() writes YAML that compiles to the recorded output of ${name}`, () => {
    const recorded = readFileSync(join(corpus, name, 'expected.json'), 'utf8')
    const { config } = parseIgnition(recorded, { applied: false })
    const { yaml, report } = decompileConfig(recorded, { gunzip, variant: 'fcos' })
    assert.ok(yaml !== undefined, JSON.stringify(report.diagnostics))
    const { ignition } = compileText(yaml, { filesDir: undefined })
    assert.equal(configMeaning(ignition!, gunzip), configMeaning(config!, gunzip))
  })
