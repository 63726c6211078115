import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parsePipeline } from '@afloat/boot2container'
import { neededPacks } from './needed-packs.ts'

const mirrored = 'b2c.minio=s,http://h,a,b b2c.volume=v,mirror=s/b,pull_on=pipeline_start'

for (const [words, packs] of [
  ['b2c.run="--network=none img --network=x" b2c.run="--net host img" b2c.extra_args_url=http://h/x', ''],
  ['b2c.extra_args_url=https://h/x', 'https'],
  [
    'b2c.extra_args_url=http://h/x b2c.extra_args_key=MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=',
    'https',
  ],
  ['b2c.secret=n,from=https://h/x', 'https'],
  ['b2c.report=https://h/x', 'https'],
  [mirrored, 's3'],
  ['b2c.volume=v,pull_from=s/b', ''],
  ['b2c.filesystem=n,src=h:/x', 'nfs'],
  ['b2c.filesystem=n,src=h:/x,type=nfs4 b2c.filesystem=d,src=/dev/sda1', 'nfs'],
  ['b2c.run_service="--network bridge img"', 'bridge'],
  ['b2c.insmods=a.ko b2c.keymap=fr', 'modules keymaps'],
] as const)
  test(`neededPacks() of ${words}`, () => {
    assert.equal(neededPacks(parsePipeline(words).config).join(' '), packs)
  })
