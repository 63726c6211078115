import assert from 'node:assert/strict'
import { test } from 'node:test'
import { policyJson } from './configure-podman.ts'

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
