import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { OPTIONS } from './options.ts'

test('docs/usage/boot2container-options.md and the table of options agree', () => {
  const path = join(import.meta.dirname, '../../docs/usage/boot2container-options.md')
  const document = readFileSync(path, 'utf8')
  const described = new Set(document.match(/(?<=`b2c\.)[a-z_]+(?=[`=])/g))
  const known = OPTIONS.flatMap(({ name, aliases = [] }) => [name, ...aliases])
  assert.deepEqual([...described].toSorted(), ['extra_args_signature', ...known].toSorted())

  for (const line of document.split('\n').filter((row) => /^\| `b2c\./.test(row))) {
    const [, names = ''] = line.split('|')
    for (const option of OPTIONS)
      if (names.includes(`\`b2c.${option.name}\``))
        assert.equal(names.includes('*list*'), option.repeatable === true, option.name)
  }
})
