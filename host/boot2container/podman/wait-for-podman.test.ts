import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FakeSys } from '../../sys/fake-sys.ts'
import { places } from '../places.ts'
import { waitForPodman } from './wait-for-podman.ts'

test('waitForPodman() waits until podman is unpacked, and says when it cannot be', () => {
  const sys = new FakeSys()
  const sleepMs = sys.sleepMs.bind(sys)
  sys.sleepMs = (ms) => {
    sleepMs(ms)
    if (sys.uptimeMs() > 300) sys.addFile(places.podmanUnpacked, '0\n')
  }
  waitForPodman(sys)
  assert.ok(sys.uptimeMs() < 400)

  sys.addFile(places.podmanUnpacked, '5\n')
  assert.throws(() => waitForPodman(sys), { code: 'b2c/podman-not-unpacked', message: /exit code 5$/ })
})
