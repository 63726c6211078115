import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseMarked, survivalMark } from './control-groups.ts'
import { markSurvivors } from './mark-survivors.ts'
import {
  addGroup,
  addMarks,
  conmonGroup,
  machineWithContainer,
  payloadGroup,
  unitGroup,
} from './testing/fake-container.ts'

test('markSurvivors() marks all groups below a unit that systemd has marked, and only those', () => {
  const sys = machineWithContainer()
  addGroup(sys, `${payloadGroup}/deep`, [])
  addGroup(sys, '/system.slice/plain.service/below', [300])
  const marked = addMarks(sys, [unitGroup])
  assert.deepEqual(markSurvivors(sys).sort(), [payloadGroup, `${payloadGroup}/deep`, conmonGroup].sort())
  assert.deepEqual([...marked].sort(), [unitGroup, payloadGroup, `${payloadGroup}/deep`, conmonGroup].sort())
  assert.deepEqual(markSurvivors(sys), [])
})

test('markSurvivors() does not take the mark of a slice for that of the units in it', () => {
  const sys = machineWithContainer()
  addMarks(sys, ['/system.slice'])
  assert.deepEqual(markSurvivors(sys), [])
})

test('markSurvivors() marks the others when a group has ended meanwhile', () => {
  const sys = machineWithContainer()
  const marked = addMarks(sys, [unitGroup])
  sys.addProgram('setfattr', (args) => {
    const paths = args.slice(4)
    sys.remove(`/sys/fs/cgroup${payloadGroup}`, { recursive: true })
    for (const path of paths) if (sys.exists(path)) marked.add(path.slice('/sys/fs/cgroup'.length))
    return { code: paths.length > 1 ? 1 : 0 }
  })
  markSurvivors(sys)
  assert.ok(marked.has(conmonGroup))
})

test('markSurvivors() throws when the kernel takes no mark', () => {
  const sys = machineWithContainer()
  sys.addProgram('setfattr', () => ({ code: 1, stderr: 'Operation not supported' }))
  assert.throws(() => markSurvivors(sys), { code: 'sys/command-failed' })
})

test('parseMarked() reads names with backslashes, and takes nothing but "1" for a mark', () => {
  const name = '/sys/fs/cgroup/system.slice/a\\134x2d1.service'
  const text = `# file: ${name}\n${survivalMark}="1"\n\n# file: /sys/fs/cgroup/b\n${survivalMark}="0"\n\n`
  assert.deepEqual([...parseMarked(text)], ['/system.slice/a\\x2d1.service'])
})
