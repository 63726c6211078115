import assert from 'node:assert/strict'
import { test } from 'node:test'
import { explainFailure, type FailureKind, isNotExecutable, lastError } from './explain-failure.ts'

// What podman 5.4 said on real machines, hosts and digests shortened.
const said: readonly (readonly [FailureKind, string])[] = [
  [
    'passing',
    'initializing source docker://10.0.2.2:1/bb:1: pinging container registry 10.0.2.2:1: Get "http://10.0.2.2:1/v2/": dial tcp 10.0.2.2:1: connect: connection refused',
  ],
  ['passing', 'writing blob: Digest did not match, expected sha256:aa, got sha256:bb'],
  [
    'passing',
    'reading blob sha256:aa: Get "https://cdn.example/aa?X-Amz-Signature=bb": dial tcp 10.0.0.1:443: i/o timeout',
  ],
  [
    'passing',
    'Source image rejected: Get "https://h/v2/x/manifests/sha256-aa.sig": dial tcp 10.0.0.1:443: connect: invalid argument',
  ],
  ['passing', 'reading blob sha256:aa: fetching blob: unexpected EOF at https://cdn.example/aa?Signature=bb'],
  ['usage', 'invalid argument "many" for "--memory" flag: invalid size'],
  ['missing', 'initializing source docker://h/x:1: reading manifest 1 in h/x: manifest unknown'],
  ['refused', 'Source image rejected: A signature was required, but no signature exists'],
  [
    'disk-full',
    'copying system image from manifest list: writing blob: write /var/tmp/x: no space left on device',
  ],
  ['usage', 'unknown flag: --bogus'],
  ['damaged-image', 'layer not known'],
  ['damaged-image', 'faccessat /run/afloat/cache/containers/overlay/0e47: no such file or directory'],
  [
    'damaged-image',
    'creating container storage: creating read-write layer with ID "90": Stat /run/afloat/cache/containers/overlay/4d/diff: no such file or directory',
  ],
  [
    'damaged-image',
    'checking platform of image h/d:1: inspecting image: locating item named "sha256:9c" for image with ID "9c" (consider removing the image to resolve the issue): file does not exist',
  ],
  ['damaged-store', 'reading "/c/overlay-images/images.json": unexpected end of JSON input'],
]

test('explainFailure() tells what may pass from what does not', () => {
  for (const [kind, text] of said) assert.equal(explainFailure(text), kind, text)
})

test('isNotExecutable() tells a program that cannot be read from one that is not there', () => {
  const said = (why: string) =>
    `{"msg":"exec container process \`/bin/busybox\`: ${why}","level":"error","time":"2026-11-26T19:32:26Z"}`
  assert.ok(isNotExecutable(said('Exec format error')))
  assert.ok(!isNotExecutable(said('No such file or directory')))
  assert.ok(!isNotExecutable('sh: ./x: Exec format error'))
})

test('lastError() is what podman ended with, not what it said of its progress', () => {
  assert.equal(lastError('Getting image source signatures\nError: layer not known\n'), 'layer not known')
  assert.equal(lastError('Error: a\nError: b:\n\t* c\n'), 'b:\n\t* c')
  assert.equal(lastError('killed'), 'killed')
})
