import assert from 'node:assert/strict'
import { test } from 'node:test'
import { rebindNetns } from './rebind-netns.ts'
import { machineWithContainer } from './testing/fake-container.ts'

const line = (target: string) => `30 20 0:4 / ${target} rw shared:1 - nsfs nsfs rw\n`
const mounts = (sys: { commands: string[] }) => sys.commands.filter((one) => one.startsWith('mount'))

test('rebindNetns() binds the namespace of a survivor to its name, in a folder whose mounts are shared', () => {
  const sys = machineWithContainer()
  sys.addFile('/proc/self/mountinfo', line('/run'))
  sys.addFile('/run/netns/netns-1', '')
  assert.deepEqual(rebindNetns(sys), ['/run/netns/netns-1'])
  assert.deepEqual(mounts(sys), [
    'mount -o bind /run/netns /run/netns',
    'mount --make-shared /run/netns',
    'mount --bind /proc/200/ns/net /run/netns/netns-1',
  ])
})

test('rebindNetns() leaves alone what is bound, and namespaces without a name', () => {
  const bound = machineWithContainer()
  bound.addFile('/proc/self/mountinfo', line('/run/netns') + line('/run/netns/netns-1'))
  assert.deepEqual(rebindNetns(bound), [])
  const none = machineWithContainer({ netns: '/proc/100/ns/net' })
  assert.deepEqual(rebindNetns(none), [])
  assert.deepEqual([...mounts(bound), ...mounts(none)], [])
})

test('rebindNetns() skips a container that ended during the switch', () => {
  const sys = machineWithContainer()
  sys.remove('/proc/200/ns/net')
  assert.deepEqual(rebindNetns(sys), [])
})
