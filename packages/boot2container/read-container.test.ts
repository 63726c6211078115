import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readContainer } from './read-container.ts'

test('readContainer() finds image and command as podman does', () => {
  assert.deepEqual(
    readContainer([
      '-ti',
      '-eA=b',
      '-v',
      'x:/x',
      '--name=c',
      '--rm',
      '--tls-verify=false',
      'image',
      '-x',
      'y',
    ]),
    {
      image: 'image',
      command: ['-x', 'y'],
      length: 7,
      options: [
        { name: 'tty', value: 'true', at: 0 },
        { name: 'interactive', value: 'true', at: 0 },
        { name: 'env', value: 'A=b', at: 1 },
        { name: 'volume', value: 'x:/x', at: 2 },
        { name: 'name', value: 'c', at: 4 },
        { name: 'rm', value: 'true', at: 5 },
        { name: 'tls-verify', value: 'false', at: 6 },
      ],
    },
  )
  assert.equal(readContainer(['--', 'image']).image, 'image')
  assert.deepEqual(readContainer(['-t', '--']), {
    options: [{ name: 'tty', value: 'true', at: 0 }],
    command: [],
    length: 2,
  })
})

test('readContainer() stops at an option it does not know', () => {
  assert.deepEqual(readContainer(['-t', '--constructor=x', 'image']), {
    options: [{ name: 'tty', value: 'true', at: 0 }],
    command: [],
    length: 1,
    unknownOption: '--constructor=x',
  })
  assert.equal(readContainer(['-tz', 'image']).unknownOption, '-tz')
  assert.deepEqual(readContainer(['-v']), {
    options: [{ name: 'volume', value: '', at: 0 }],
    command: [],
    length: 1,
  })
})
