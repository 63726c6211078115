import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FakeSys } from '../sys/fake-sys.ts'
import { fetch } from './fetch.ts'

const request = (url: string) => ({ url, target: '/t', largestBytes: 4 })

test('fetch() takes busybox where there is no curl, and tries again', () => {
  const sys = new FakeSys()
  let turn = 0
  sys.addProgram('sh', (args) => {
    if (++turn < 3) return { code: 1, stderr: 'wget: connection refused' }
    sys.writeFile(args.at(-1)!, 'text')
    return {}
  })
  fetch(sys, request('http://h/a'))
  assert.equal(sys.readText('/t'), 'text')
  assert.equal(sys.uptimeMs(), 3_000)
})

test('fetch() takes nothing that is too large, and names the pack that knows https:', () => {
  const sys = new FakeSys()
  sys.addProgram('sh', (args) => {
    sys.writeFile(args.at(-1)!, 'large')
    return {}
  })
  assert.throws(() => fetch(sys, request('http://h/a')), { code: 'b2c/fetch-failed' })
  assert.throws(() => fetch(sys, request('https://h/a')), { code: 'b2c/pack-missing' })
})
