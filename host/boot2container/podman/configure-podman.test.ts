import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FakeSys } from '../../sys/fake-sys.ts'
import { configurePodman, policyJson } from './configure-podman.ts'

const anything = [{ type: 'insecureAcceptAnything' }]

test('policyJson() lets nothing in without a signature once signatures are asked for, but seeds of the initramfs', () => {
  assert.deepEqual(policyJson({ requireDigest: true, publicKeys: [] }, []), { default: anything })
  assert.deepEqual(
    policyJson({ requireDigest: false, publicKeys: [], requireSignature: true }, [], '/seed'),
    {
      default: [{ type: 'reject' }],
      transports: { 'oci-archive': { '/seed': anything } },
    },
  )
  assert.deepEqual(policyJson({ requireDigest: false, publicKeys: ['pem'] }, ['/k/0.pem'], '/seed'), {
    default: [
      { type: 'sigstoreSigned', keyPaths: ['/k/0.pem'], signedIdentity: { type: 'matchRepoDigestOrExact' } },
    ],
    transports: { 'oci-archive': { '/seed': anything } },
  })
})

test('configurePodman() lets podman forget another store, and only that', () => {
  const sys = new FakeSys()
  sys.makeDirs('/etc')
  sys.addFile('/run/containers/storage/db.sql', '')
  const configure = (graphRoot: string) => {
    configurePodman(sys, { requireDigest: false, publicKeys: [] }, { graphRoot, seeds: '/seeds' })
    return sys.exists('/run/containers/storage/db.sql')
  }
  assert.deepEqual(['/a', '/a', '/b'].map(configure), [true, true, false])
})
