import assert from 'node:assert/strict'
import { test } from 'node:test'
import { shellLine } from './shell-line.ts'

test('shellLine() quotes only what a shell would read otherwise', () => {
  const cases: [string[], string][] = [
    [['mount', '-o', 'ro,nosuid', '/dev/vda1', '/efi'], 'mount -o ro,nosuid /dev/vda1 /efi'],
    [['echo', 'a b', '', "it's", '$HOME', '*'], `echo 'a b' '' 'it'\\''s' '$HOME' '*'`],
  ]
  for (const [argv, line] of cases) assert.equal(shellLine(argv), line)
})
