import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseMountInfo } from '../sys/mounts.ts'
import { unneeded } from './own-mounts.ts'

test('unneeded() keeps the root, /usr and state, and nothing of containers', () => {
  const targets = [
    ...[
      '/',
      '/usr',
      '/etc',
      '/dev',
      '/dev/pts',
      '/proc',
      '/sys/fs/cgroup',
      '/run',
      '/run/netns',
      '/var',
      '/tmp',
    ],
    ...['/var/lib/containers/storage/overlay/1/merged', '/boot', '/boot', '/srv'],
  ]
  const mounts = parseMountInfo(targets.map((path, i) => `${i} 1 0:1 / ${path} rw - tmpfs x rw\n`).join(''))
  assert.deepEqual(
    unneeded(mounts).map(({ target }) => target),
    ['/srv', '/boot', '/boot', '/var/lib/containers/storage/overlay/1/merged', '/tmp', '/run/netns', '/etc'],
  )
})
