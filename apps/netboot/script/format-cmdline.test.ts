import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { formatCmdline, setting, unwritable } from './format-cmdline.ts'

/** What iPXE makes of the arguments of a command. Source: src/core/exec.c, src/core/settings.c */
function asIpxe(line: string): string {
  const tokens: string[] = []
  for (const token of line.split(/\s+/)) {
    if (token.startsWith('#') || ['||', '&&', ';'].includes(token)) break
    tokens.push(expand(token))
  }
  return tokens.join(' ')
}

/** Again and again, the first that is closed and the innermost of these. */
function expand(token: string): string {
  const close = [...token.matchAll(/\}/g)].find(({ index }) => token.lastIndexOf('${', index) >= 0)
  if (close === undefined) return token
  const open = token.lastIndexOf('${', close.index)
  const value = { 'afloat-blank:string': ' ' }[token.slice(open + 2, close.index)] ?? ''
  return expand(token.slice(0, open) + value + token.slice(close.index + 1))
}

test('formatCmdline() gives iPXE what comes out of it as it was', () => {
  const words = fc.constantFrom(
    'a',
    'b2c.run="x',
    ' ',
    '  ',
    '#',
    '||',
    '&&',
    ';',
    '$',
    '{',
    '}',
    '${',
    '"',
    '|',
  )
  const cmdline = fc.array(words, { maxLength: 20 }).map((all) => all.join(''))
  fc.assert(
    fc.property(cmdline, (text) => {
      fc.pre(unwritable(text) === undefined)
      assert.equal(asIpxe(formatCmdline(text)), text.trim())
    }),
    { numRuns: 1000 },
  )
})

test('formatCmdline() leaves an ordinary command line alone', () => {
  const text = 'console=ttyS0 b2c.run="alpine sh -c \'echo $HOME; true\'"'
  assert.equal(formatCmdline(text), text)
})

test('unwritable() finds what iPXE would replace, whatever stands in it', () => {
  assert.equal(unwritable(`echo ${setting('HOME')} x`), setting('HOME'))
  assert.equal(unwritable('a ${ b'), undefined)
})
