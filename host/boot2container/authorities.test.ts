import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FakeSys } from '../sys/fake-sys.ts'
import { trustAuthorities } from './authorities.ts'
import { places } from './places.ts'

test('trustAuthorities() adds what came with the initramfs, once', () => {
  const sys = new FakeSys({ files: { [places.certificates]: 'debian\n' } })
  trustAuthorities(sys)
  assert.equal(sys.readText(places.certificates), 'debian\n')
  sys.addFile(`${places.authorities}/a.pem`, 'site\n')
  for (let life = 0; life < 2; life++) trustAuthorities(sys)
  assert.equal(sys.readText(places.certificates), 'debian\n\nsite\n')
})
