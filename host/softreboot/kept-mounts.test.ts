import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FakeSys } from '../sys/fake-sys.ts'
import { keepMounts, releaseKept } from './kept-mounts.ts'

const home = '/run/systemd/system'
const unit = 'systemd-cryptsetup@var.service'

function machine(): FakeSys {
  const sys = new FakeSys()
  sys.addFile(
    `/run/systemd/generator/${unit}`,
    '[Unit]\nDefaultDependencies=no\nIgnoreOnIsolate=true\nConflicts=umount.target\nBefore=umount.target cryptsetup.target\n',
  )
  sys.addFile(`${home}/mine.service`, '[Unit]\n')
  sys.addFile(`${home}/var.mount.d/mine.conf`, '[Mount]\n')
  sys.addProgram('systemd-escape', () => ({ stdout: 'var.mount srv-a\\x20b.mount\n' }))
  sys.addProgram('systemctl', (args) =>
    args[0] === 'show'
      ? { stdout: `Id=${unit}\nFragmentPath=/run/systemd/generator/${unit}\nActiveState=active\n` }
      : {},
  )
  return sys
}

test('keepMounts() takes mounts and the devices beneath them out of going down', () => {
  const sys = machine()
  keepMounts(sys, ['/var', '/srv/a b'])
  assert.match(
    sys.readText(`${home}/var.mount.d/50-afloat-soft-reboot.conf`)!,
    /^\[Unit\]\nDefaultDependencies=no$/m,
  )
  assert.ok(sys.exists(`${home}/srv-a\\x20b.mount.d/50-afloat-soft-reboot.conf`))
  const text = sys.readText(`${home}/${unit}`)!
  assert.doesNotMatch(text, /umount\.target|^Conflicts/m)
  assert.match(text, /^Before=cryptsetup\.target$/m)
  assert.equal(sys.commands.at(-1), 'systemctl daemon-reload')
})

test('releaseKept() removes that, and nothing of others', () => {
  const sys = machine()
  keepMounts(sys, ['/var', '/srv/a b'])
  assert.equal(releaseKept(sys), true)
  assert.deepEqual(sys.list(home), ['mine.service', 'var.mount.d'])
  assert.deepEqual(sys.list(`${home}/var.mount.d`), ['mine.conf'])
  assert.equal(releaseKept(sys), false)
})

test('a machine with nothing to carry need not have its units read anew', () => {
  const sys = machine()
  keepMounts(sys, [])
  assert.deepEqual(sys.commands, [])
})

test('keepMounts() can be called again', () => {
  const sys = machine()
  keepMounts(sys, ['/var'])
  sys.addProgram('systemctl', (args) =>
    args[0] === 'show' ? { stdout: `Id=${unit}\nFragmentPath=${home}/${unit}\nActiveState=active\n` } : {},
  )
  const text = sys.readText(`${home}/${unit}`)
  keepMounts(sys, ['/var'])
  assert.equal(sys.readText(`${home}/${unit}`), text)
})

test('keepMounts() in a later life starts from the text that is there without it', () => {
  const sys = machine()
  let isReloaded = false
  sys.addProgram('systemctl', (args) => {
    if (args[0] === 'daemon-reload') isReloaded = true
    const path = isReloaded ? `/run/systemd/generator/${unit}` : `${home}/${unit}`
    return args[0] === 'show' ? { stdout: `Id=${unit}\nFragmentPath=${path}\nActiveState=active\n` } : {}
  })
  keepMounts(sys, ['/var'])
  assert.doesNotMatch(sys.readText(`${home}/${unit}`)!, /umount\.target/)
})
