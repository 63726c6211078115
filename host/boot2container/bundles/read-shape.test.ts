import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readShape } from './read-shape.ts'

const shapeOf = (words: string) => readShape(words.split(' '))

test('readShape() tells what a bundle depends on from what passes through it', () => {
  const shape = shapeOf(
    '--rm --privileged --network=host -e A=b=c --env E= -v /x:/y:ro -v job:/r --creds u:p img a b',
  )
  assert.deepEqual(shape, {
    options: [
      'rm=true',
      'privileged=true',
      'network=host',
      'env=A',
      'env=E',
      'volume=/x:/y:ro',
      'volume=job:/r',
    ],
    environment: new Map([
      ['A', 'b=c'],
      ['E', ''],
    ]),
    sources: ['/x'],
    volumes: ['/run/afloat/volumes/job/_data'],
    command: ['a', 'b'],
  })
})

test('readShape() leaves to podman what does more than write a bundle', () => {
  const podmans = [
    '--network=none',
    '-e HOME',
    '-e A*',
    '--env-file=/x',
    '-v /x:/y:z',
    '-v /x:/y:O',
    '-p 1:2',
    '-t',
    '-i',
  ]
  const others = [
    '--init',
    '--device=/dev/x',
    '--secret=s',
    '--pod=p',
    '--mount=type=tmpfs,dst=/x',
    '--unknown',
    '-v /y',
  ]
  for (const words of [...podmans, ...others]) assert.equal(shapeOf(`${words} img`), undefined, words)
  assert.ok(shapeOf('-ti img'))
})
