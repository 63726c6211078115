import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { IgnitionConfig } from './config.ts'
import { formatIgnition } from './format-ignition.ts'
import { mergeConfigs } from './merge-configs.ts'
import { validateIgnition } from './validate/validate-ignition.ts'
import { findSpec } from './versions.ts'

const VERSION = '3.6.0'

const few = <T>(item: fc.Arbitrary<T>) => fc.array(item, { maxLength: 3 })
const entries = <T extends object>(key: keyof T, item: fc.Arbitrary<T>) =>
  fc.uniqueArray(item, { maxLength: 4, selector: (entry) => entry[key] })
const names = (prefix: string) => fc.constantFrom('a', 'b', 'c').map((name) => prefix + name)
const wordSet = fc.uniqueArray(fc.constantFrom('1', '2', '3', '4'), { maxLength: 3 })
const atPath: { requiredKeys: 'path'[] } = { requiredKeys: ['path'] }
const named: { requiredKeys: 'name'[] } = { requiredKeys: ['name'] }
const source = fc.constantFrom('data:,1', 'data:,2', 'https://h/3')
const owner = fc.record({ id: fc.nat(9) }, { requiredKeys: [] })
const contents = fc.record({ source, compression: fc.constantFrom('', 'gzip') }, { requiredKeys: ['source'] })

/**
 * Valid configs in which a path is always the same kind of thing and an argument is always wanted, or always not:
 * for those merging is associative.
 */
const configs = (appended: boolean) =>
  fc.record({
    ignition: fc.record({
      version: fc.constant(VERSION),
      timeouts: fc.record({ httpTotal: fc.nat(5), httpResponseHeaders: fc.nat(5) }, { requiredKeys: [] }),
      proxy: fc.record(
        { httpProxy: fc.constantFrom('http://a', 'http://b'), noProxy: wordSet },
        { requiredKeys: [] },
      ),
      config: fc.record({ merge: entries('source', fc.record({ source })) }),
    }),
    kernelArguments: fc.record({
      shouldExist: wordSet,
      shouldNotExist: wordSet.map((words) => words.map((word) => `no${word}`)),
    }),
    passwd: fc.record({
      users: entries(
        'name',
        fc.record({ name: names('u'), uid: fc.nat(9), sshAuthorizedKeys: wordSet }, named),
      ),
      groups: entries('name', fc.record({ name: names('g'), gid: fc.nat(9) }, named)),
    }),
    storage: fc.record({
      files: entries(
        'path',
        fc.record(
          {
            path: names('/file-'),
            mode: fc.nat(0o7777),
            user: owner,
            group: owner,
            contents,
            ...(appended ? { append: few(contents) } : {}),
          },
          atPath,
        ),
      ),
      directories: entries('path', fc.record({ path: names('/directory-'), mode: fc.nat(0o777) }, atPath)),
      links: entries('path', fc.record({ path: names('/link-'), target: names('/file-') })),
      filesystems: entries(
        'device',
        fc.record({
          device: names('/dev/'),
          format: fc.constantFrom('ext4', 'xfs'),
          label: names(''),
          options: appended ? few(fc.constantFrom('-x', '-y')) : fc.constant([]),
        }),
      ),
      disks: entries(
        'device',
        fc.record({
          device: names('/dev/disk-'),
          partitions: fc
            .uniqueArray(fc.integer({ min: 1, max: 4 }))
            .map((numbers) => numbers.map((number) => ({ number, label: `p${number}`, sizeMiB: number }))),
        }),
      ),
    }),
    systemd: fc.record({
      units: entries(
        'name',
        fc.record(
          {
            name: names('').map((name) => `${name}.service`),
            enabled: fc.boolean(),
            contents: fc.constantFrom('[Service]\nA=1', '[Install]\nB=2'),
            dropins: entries(
              'name',
              fc.record(
                { name: names('').map((name) => `${name}.conf`), contents: fc.constant('[Unit]') },
                named,
              ),
            ),
          },
          named,
        ),
      ),
    }),
  }) as fc.Arbitrary<IgnitionConfig>

const empty: IgnitionConfig = { ignition: { version: VERSION } }
/** As written: an empty list says nothing. */
const same = (one: IgnitionConfig, other: IgnitionConfig) =>
  assert.equal(formatIgnition(one, { pretty: true }), formatIgnition(other, { pretty: true }))

test('mergeConfigs() with an empty config changes nothing', () => {
  fc.assert(
    fc.property(configs(true), (one) => {
      same(mergeConfigs(one, empty), one)
      same(mergeConfigs(empty, one), one)
    }),
  )
})

test('mergeConfigs() is associative', () => {
  fc.assert(
    fc.property(configs(true), configs(true), configs(true), (one, two, three) =>
      same(mergeConfigs(mergeConfigs(one, two), three), mergeConfigs(one, mergeConfigs(two, three))),
    ),
  )
})

test('mergeConfigs() of a config with itself is that config, but for lists that are appended to', () => {
  fc.assert(fc.property(configs(false), (one) => same(mergeConfigs(one, one), one)))
})

test('mergeConfigs() of valid configs that agree on partitions and kinds of paths is valid', () => {
  const errors = (value: IgnitionConfig) =>
    validateIgnition(findSpec(VERSION)!, value).filter(({ severity }) => severity === 'error')
  fc.assert(
    fc.property(configs(true), configs(true), (one, two) => {
      assert.deepEqual([errors(one), errors(two)], [[], []])
      assert.deepEqual(errors(mergeConfigs(one, two)), [])
    }),
  )
})

test('mergeConfigs() leaves what it merges as it was', () => {
  fc.assert(
    fc.property(configs(true), configs(true), (one, two) => {
      const before = JSON.stringify([one, two])
      mergeConfigs(one, two)
      assert.equal(JSON.stringify([one, two]), before)
    }),
  )
})
