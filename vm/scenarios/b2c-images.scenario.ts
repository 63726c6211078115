import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { writeOciImage } from '@afloat/build/oci-image'
import type { ImageSignature } from '../registry.ts'
import { FaultyRegistry } from './b2c-faults.ts'
import { B2cLab } from './b2c-lab.ts'
import { type Life, Lives } from './b2c-lives.ts'

const lab = await B2cLab.open()
after(() => lab.close())
const registry = await lab.registry()
const front = await FaultyRegistry.start(registry.port)
lab.onClose(() => front.stop())
const lives = await Lives.start()
lab.onClose(() => lives.stop())

/** Stores an image of busybox and 6 MiB that no other image has. */
async function pushImage(name: string, signature?: ImageSignature): Promise<void> {
  const root = join(lab.dir, name)
  await mkdir(join(root, 'bin'), { recursive: true })
  await cp(join(lab.base.inputs.packages.root, 'usr/bin/busybox'), join(root, 'bin/busybox'))
  await writeFile(join(root, 'noise'), randomBytes(6 * 1024 ** 2))
  const layout = join(lab.dir, `${name}-layout`)
  await writeOciImage({ root, command: ['/bin/busybox', 'echo', `ran-${name}`] }, layout, name)
  await registry.push(`${layout}:${name}`, `${name}:1`, signature)
}

async function makeKey(
  name: string,
): Promise<{ keyPath: string; passphrasePath: string; publicKey: string }> {
  const prefix = join(lab.dir, name)
  const passphrasePath = `${prefix}.passphrase`
  await writeFile(passphrasePath, 'words')
  await lab.tools.run([
    'skopeo',
    'generate-sigstore-key',
    '--output-prefix',
    prefix,
    '--passphrase-file',
    passphrasePath,
  ])
  const pem = await readFile(`${prefix}.pub`, 'utf8')
  return { keyPath: `${prefix}.private`, passphrasePath, publicKey: pem.replaceAll(/-----.*-----|\s/g, '') }
}

const run = (name: string, options = '', command = '') =>
  `b2c.run="${options} --tls-verify=false ${front.name}/${name} ${command}"`
const ran = ({ lines }: Life) => lines.flatMap((line) => /^ran-(\S+)$/.exec(line)?.[1] ?? [])
const failures = ({ stages }: Life) =>
  stages.flatMap(({ stage, state, code }) => (stage === 'container' && state === 'failed' ? [code] : []))
const summary = (life: Life) => [life.status.status, ran(life), failures(life), life.warnings]

test('a cache keeps to its limit, repairs what is damaged, and lets in only what is signed', async () => {
  for (const name of ['a', 'b', 'c', 'd']) await pushImage(name)
  const [right, wrong] = [await makeKey('right'), await makeKey('wrong')]
  const { publicKey: _, ...signing } = right
  await pushImage('signed', { ...signing, identity: `${front.name}/signed:1` })
  const signedDigest = `signed@${await registry.digest('signed:1')}`
  const plainDigest = `a@${await registry.digest('a:1')}`
  const disk = await lab.newDisk(256 * 1024 ** 2)
  const words = [lives.words, 'b2c.cache_device=auto b2c.pull=missing']
  await lab.withMachine(words, { disks: [disk], seed: [] }, async (started) => {
    const next = (...words: string[]) => lives.next(started, words)
    const fetched = () =>
      front.asked.splice(0).flatMap((path) => /^\/v2\/(\w+)\/manifests\/[\w]+$/.exec(path)?.[1] ?? [])

    // Each takes 8 MB. The one that was used longest ago goes, and never one that the pipeline has yet to run.
    assert.deepEqual(summary(await next(run('a:1'), run('b:1'), run('c:1'))), [0, ['a', 'b', 'c'], [], []])
    assert.deepEqual(summary(await next(run('a:1'), 'b2c.cache_limit=20M')), [0, ['a'], [], []])
    const gone = await next(run('b:1', '--pull=never'), run('c:1', '--pull=never'))
    assert.deepEqual(summary(gone), [1, ['c'], ['b2c/image-unavailable'], []])
    fetched()
    const tight = await next(run('d:1'), run('a:1'), run('c:1'), 'b2c.cache_limit=10M')
    assert.deepEqual(summary(tight), [0, ['d', 'a', 'c'], [], []])
    assert.deepEqual(fetched(), ['d'])

    // Damage in a file, in what podman knows of an image, and in a layer that is not there at all.
    const store = '-v /run/afloat/cache/containers:/cache'
    const home = '/cache/overlay'
    const damage = [
      `for f in ${home}/*/diff/noise; do cmp -s $f /noise || echo xx > \${f%noise}bin/busybox; done`,
      `for f in ${home}-images/*/manifest; do sha256sum $f | grep -q $own || rm \${f%manifest}=*; done`,
      `for f in ${home}/*/diff/noise; do cmp -s $f /noise || rm -r \${f%/diff/noise}; done`,
    ]
    for (const [at, script] of damage.entries()) {
      const own = `own=${(await registry.digest('d:1')).slice(7)}`
      const shell = `/bin/busybox sh -c '/bin/busybox --install -s /bin; ${own}; ${script}'`
      // With what podman made of it before, nobody looks at what podman knows of it.
      const repaired = await next(run('d:1', store, shell), run('a:1', at === 1 ? '-e NEW=1' : ''))
      assert.deepEqual([at, ...summary(repaired)], [at, 0, ['a'], [], ['b2c/image-damaged']])
      assert.deepEqual(fetched(), ['a'])
    }

    // What is named by its digest is as new as it can be.
    front.asked.splice(0)
    assert.deepEqual(summary(await next(run(plainDigest, '--pull=newer'))), [0, ['a'], [], []])
    assert.deepEqual(front.asked, [])
    assert.deepEqual(summary(await next(run('a:1', '--pull=newer'))), [0, ['a'], [], []])
    assert.deepEqual(fetched(), ['a'])

    // Signatures: who has the wrong key, or none, gets nothing, whatever is in the cache and by whatever name.
    const key = (...keys: { publicKey: string }[]) =>
      keys.map((one) => `b2c.image_key=${one.publicKey}`).join(' ')
    const refused = [125, [], ['b2c/image-refused'], []]
    assert.deepEqual(summary(await next(run('signed:1'), key(wrong))), refused)
    assert.deepEqual(summary(await next(run('signed:1'), key(wrong, right))), [0, ['signed'], [], []])
    assert.deepEqual(summary(await next(run('a:1'), key(right))), refused)
    assert.deepEqual(summary(await next(run(plainDigest), key(right))), refused)
    assert.deepEqual(summary(await next(run('a:1'), 'b2c.require=signature')), refused)
    const pinned = await next(run('signed:1'), run(signedDigest), key(right), 'b2c.require=digest,signature')
    assert.deepEqual(summary(pinned), [1, ['signed'], ['b2c/image-not-pinned'], []])

    // A damaged image that may not be fetched.
    const shell = `/bin/busybox sh -c '/bin/busybox rm -r /cache/overlay-images/*/=*'`
    const end = ['b2c.on_finish=poweroff', 'b2c.poweroff_delay=1', '"b2c.shutdown_cmd=echo own-words"']
    const lost = await next(run('d:1', store, shell), run('a:1', '-e NEWER=1 --pull=never'), ...end)
    assert.deepEqual(summary(lost), [1, [], ['b2c/image-unavailable'], ['b2c/image-damaged']])
    await started.machine.console.expect(/^own-words$/)
    await started.machine.exited
  })
})
