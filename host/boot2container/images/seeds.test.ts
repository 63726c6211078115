import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FakeSys } from '../../sys/fake-sys.ts'
import { findSeeds, listSeeds } from './seeds.ts'

test('listSeeds() reads the names of OCI and of Docker archives', () => {
  const sys = new FakeSys({ files: { '/s/a.tar': '', '/s/b.tar': '', '/s/c.tar': '', '/s/readme': '' } })
  const digest = `sha256:${'a'.repeat(64)}`
  const members: Record<string, string> = {
    '/s/a.tar index.json': JSON.stringify({
      manifests: [{ digest, annotations: { 'org.opencontainers.image.ref.name': 'host:5000/a:1' } }],
    }),
    '/s/b.tar manifest.json': JSON.stringify([{ RepoTags: ['localhost/b:latest'] }]),
    '/s/c.tar index.json': '{"manif',
  }
  sys.addProgram('tar', ([, path, member]) => {
    const stdout = members[`${path} ${member}`]
    return stdout === undefined ? { code: 1 } : { stdout }
  })
  const seeds = listSeeds(sys, ['/s', '/none'])
  assert.deepEqual(
    seeds.map(({ names }) => names),
    [['host:5000/a:1', `host:5000/a@${digest}`], ['localhost/b:latest'], []],
  )
  const paths = (reference: string) => findSeeds(seeds, reference).map(({ path }) => path)
  assert.deepEqual(paths('docker://host:5000/a:1'), ['/s/a.tar'])
  assert.deepEqual(paths(`host:5000/a@${digest}`), ['/s/a.tar'])
  assert.deepEqual(paths('localhost/b'), ['/s/b.tar'])
  assert.deepEqual(paths('localhost/b:2'), [])
})
