import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { imageName } from './image-name.ts'

const dir = mkdtempSync(join(tmpdir(), 'afloat-image-name-'))
after(() => rmSync(dir, { recursive: true }))

/** Packs JSON files; `prefix` as tar writes it in front of what is in a folder. */
function archive(members: Readonly<Record<string, unknown>>, prefix = ''): string {
  for (const [name, value] of Object.entries(members)) writeFileSync(join(dir, name), JSON.stringify(value))
  const path = join(dir, 'image.tar')
  execFileSync('tar', ['-cf', path, '-C', dir, ...Object.keys(members).map((name) => `${prefix}${name}`)])
  return path
}

const oci = (...annotations: Record<string, string>[]) => ({
  manifests: annotations.map((each) => ({ digest: 'sha256:00', annotations: each })),
})
const refName = 'org.opencontainers.image.ref.name'

for (const [what, members, expected] of [
  ['the annotation of OCI', { 'index.json': oci({ [refName]: 'h/a:1' }) }, 'h/a:1'],
  [
    'that of containerd before it, which is a whole name',
    { 'index.json': oci({ [refName]: '1', 'io.containerd.image.name': 'docker.io/library/a:1' }) },
    'docker.io/library/a:1',
  ],
  ['the first that has one', { 'index.json': oci({}, { [refName]: 'h/b:1' }) }, 'h/b:1'],
  ['the list of Docker', { 'manifest.json': [{ RepoTags: null }, { RepoTags: ['c:1', 'c:2'] }] }, 'c:1'],
  ['Docker where OCI has none', { 'index.json': oci({}), 'manifest.json': [{ RepoTags: ['d:1'] }] }, 'd:1'],
] as const)
  test(`imageName() takes ${what}`, () => {
    assert.equal(imageName(archive(members)), expected)
    assert.equal(imageName(archive(members, './')), expected)
  })

test('imageName() says how to save an image with a name', () => {
  const path = archive({ 'index.json': oci({}) })
  assert.throws(() => imageName(path), {
    code: 'b2c/no-image-name',
    message: `Cannot use "${path}": no image in it has a name`,
    hint: 'Save it with a name: podman save --format oci-archive -o image.tar NAME:TAG',
  })
})
