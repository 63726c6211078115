import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { formatIgnition } from '../format-ignition.ts'
import { parseIgnition } from '../parse-ignition.ts'
import { specs } from '../versions.ts'
import { arbitraryConfig } from './arbitrary-config.ts'

const anyVersion = fc.oneof(...specs.map(arbitraryConfig))

test('arbitraryConfig() makes valid configs', () => {
  fc.assert(
    fc.property(anyVersion, (config) => {
      const { report } = parseIgnition(formatIgnition(config), { applied: false })
      assert.deepEqual(
        report.diagnostics.filter(({ severity }) => severity === 'error'),
        [],
      )
    }),
  )
})

test('arbitraryConfig() uses every field of a spec', () => {
  const newest = specs.at(-1)!
  const seen = new Set<string>()
  // A fixed seed: what is rare must not be missing by chance.
  for (const config of fc.sample(arbitraryConfig(newest), { seed: 1, numRuns: 400 }))
    JSON.stringify(config, (key, value: unknown) => {
      seen.add(key)
      return value
    })
  const fields = Object.values(newest.objects).flatMap((shape) => Object.keys(shape))
  assert.deepEqual(
    fields.filter((field) => !seen.has(field)),
    [],
  )
})
