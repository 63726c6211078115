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
    '-ti --tty=0',
    '--privileged=yes',
  ]
  const naming = ['/etc', '/etc/', '/', '//etc/./passwd', '/etc/group', '/x/../etc'].map(
    (to) => `-v /x:${to}`,
  )
  const others = [
    '--init',
    '--device=/dev/x',
    '--secret=s',
    '--pod=p',
    '--mount=type=tmpfs,dst=/x',
    '--unknown',
    '-v /y',
  ]
  for (const words of [...podmans, ...naming, ...others])
    assert.equal(shapeOf(`${words} img`), undefined, words)
  assert.ok(shapeOf('-ti img'))
  assert.ok(shapeOf('-v /x:/etc/ssl -v /y:/srv/etc/passwd img'))
})

test('readShape() reads switches as podman does', () => {
  const optionsOf = (words: string) => shapeOf(`${words} img`)?.options
  for (const word of ['1', 't', 'T', 'TRUE', 'true', 'True'])
    assert.deepEqual(optionsOf(`--privileged=${word}`), ['privileged=true'], word)
  assert.deepEqual(optionsOf('--privileged=F'), ['privileged=false'])
})

test('readShape() leaves to podman what that may prepare for systemd, by its command', () => {
  const rows: [string, boolean][] = [
    ['/sbin/init', false],
    ['/usr/sbin/init 3', false],
    ['/usr/local/sbin/init', false],
    ['/lib/systemd/systemd', false],
    ['systemd --user', false],
    ['/bin/sh -c systemd', false],
    ['-c /sbin/init', false],
    ['sh -c init', true],
    ['/init', true],
    ['a b c systemd', true],
  ]
  for (const [command, isPlain] of rows)
    assert.equal(shapeOf(`img ${command}`) !== undefined, isPlain, command)
})
