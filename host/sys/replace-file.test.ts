import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FakeSys } from './fake-sys.ts'
import { replaceFile } from './replace-file.ts'

test('replaceFile() leaves the old or the new contents wherever it is cut short', () => {
  for (let allowed = 0; allowed < 8; allowed++) {
    const sys = new FakeSys({ files: { '/var/a': 'old' } })
    let changes = 0
    sys.fault = () => (changes++ < allowed ? undefined : 'EIO')
    try {
      replaceFile(sys, '/var/a', 'new')
    } catch {}
    assert.match(sys.readText('/var/a') ?? '', /^(old|new)$/)
  }
})

test('replaceFile() syncs the contents before the name, and the name before it returns', () => {
  const sys = new FakeSys({ files: { '/var/a': 'old' } })
  const order: string[] = []
  sys.fault = (operation, path) => {
    order.push(`${operation} ${path}`)
    return undefined
  }
  replaceFile(sys, '/var/a', 'new')
  assert.deepEqual(order, ['write /var/a.new', 'sync /var/a.new', 'rename /var/a', 'sync /var'])
})
