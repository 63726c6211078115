import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parsePipeline } from '@afloat/boot2container'
import { encodeBase64 } from '@afloat/ignition/base64'
import { FakeSys } from '../sys/fake-sys.ts'
import { b2cError } from './errors.ts'
import { type Images, openImages } from './images/images.ts'
import { type PipelineResult, runPipeline } from './pipeline.ts'
import { places } from './places.ts'
import { machineReporter } from './reporter.ts'
import { addPodman, type FakeRun } from './testing/fake-podman.ts'

const graphRoot = '/cache/containers'

/** Of the image that is stored as number `at`. */
const digestOf = (at: number) => `sha256:${`${at}`.padStart(64, 'f')}`

/** Runs a pipeline on a machine whose podman gives these answers. `stored` are the images in the cache. */
function run(
  cmdline: string,
  answers: Record<string, readonly FakeRun[]>,
  {
    stored = [],
    online = true,
    isFull = false,
    layerBytes = 100,
    check = '',
    seed,
    loads = seed,
    onEnd = () => {},
  }: {
    stored?: readonly string[]
    online?: boolean
    isFull?: boolean
    layerBytes?: number
    /** What `podman system check` prints. */
    check?: string
    /** Name of an image that came with the initramfs. */
    seed?: string
    /** Name of the image that podman finds in it; null when it cannot read it. */
    loads?: string | null
    /** Called as a container has ended. */
    onEnd?: () => void
  } = {},
): { result: PipelineResult; runs: string[]; sys: FakeSys; conditions: string[]; images: Images } {
  const sys = new FakeSys()
  sys.makeDirs('/cache')
  sys.makeDirs('/run/afloat')
  const images = stored.map((name, i) => ({
    id: `${i}`.repeat(64),
    names: [`${name}:latest`],
    layer: `l${i}`,
    'big-data-digests': { manifest: digestOf(i) },
  }))
  const layers = stored.map((_, i) => ({ id: `l${i}`, 'diff-size': layerBytes }))
  const store = `${graphRoot}/overlay-images/images.json`
  sys.addFile(store, JSON.stringify(images))
  sys.addFile(`${graphRoot}/overlay-layers/layers.json`, JSON.stringify(layers))
  if (isFull) sys.fault = (_, path) => (path.startsWith('/cache/') ? 'ENOSPC' : undefined)
  const runs = addPodman(sys, answers, { check, store, loads: loads ?? undefined })
  if (seed !== undefined) sys.addFile(`${places.seeds}/a.tar`, '')
  sys.addProgram('tar', () => ({ stdout: JSON.stringify([{ RepoTags: [seed] }]) }))
  sys.addProgram('sha256sum', (_, { input }) => ({ stdout: `${String(input)}`.padEnd(64).slice(0, 64) }))
  const { config } = parsePipeline(cmdline)
  const report = machineReporter(sys)
  const network = {
    wish: () => online,
    need: () => {
      if (!online) throw b2cError('b2c/no-network', 'Cannot get an address')
    },
  }
  const cache = { dir: '/cache', isUnclean: false, close: () => {} }
  const opened = openImages({ sys, report, config, network, graphRoot, cache, filesystemPath: () => '/none' })
  const conditions: string[] = []
  const onCondition = (condition: string): void => {
    conditions.push(condition)
    if (condition === 'container_end') onEnd()
  }
  const result = runPipeline({ sys, report, config, images: opened, onCondition })
  return { result, runs, sys, conditions, images: opened }
}

test('runPipeline() goes on after a failure, and the first one counts', () => {
  const { result, runs, conditions } = run('b2c.run=a b2c.run=b b2c.run=c b2c.run_post=d', {
    ...{ a: [0], b: [3], c: [4], d: [9] },
  })
  assert.equal(result.status, 3)
  assert.equal(result.failedBy, 'containers[1]')
  assert.deepEqual(result.containers, [
    { index: 0, image: 'a', exitCode: 0 },
    { index: 1, image: 'b', exitCode: 3 },
    { index: 2, image: 'c', exitCode: 4 },
  ])
  assert.deepEqual(runs, ['--pull=missing a', '--pull=missing b', '--pull=missing c', '--pull=missing d'])
  assert.equal(conditions.length, 8)
})

test('runPipeline() stops at a failure with pipefail, and post containers still run', () => {
  const { result, runs } = run('b2c.run=a b2c.run=b b2c.pipefail b2c.run_post=d', { a: [3], b: [0], d: [0] })
  assert.equal(result.status, 3)
  assert.deepEqual(runs, ['--pull=missing a', '--pull=missing d'])
})

test('runPipeline() takes 129 and 130 for a wish of the container too, and goes on as after any failure', () => {
  for (const [code, wish] of [
    [129, 'reboot'],
    [130, 'poweroff'],
  ] as const) {
    const answers = { a: [code], b: [0], d: [0] }
    const { result, runs, sys } = run('b2c.run=a b2c.run=b b2c.run_post=d', answers)
    assert.deepEqual([result.status, result.failedBy, result.askedFor], [code, 'containers[0]', wish])
    assert.deepEqual(runs, ['--pull=missing a', '--pull=missing b', '--pull=missing d'])
    const modes = sys.commands.flatMap((line) => /B2C_PIPELINE_SHUTDOWN_MODE=(\w+)/.exec(line)?.[1] ?? [])
    assert.deepEqual(modes, ['default', wish, wish])
    assert.equal(run('b2c.run=b b2c.run_post=a', answers).result.askedFor, wish)
  }
})

test('runPipeline() tells each container of the one before it, post containers too', () => {
  const { sys } = run('b2c.run=a b2c.run_post=b b2c.run_post=d', { a: [0], b: [9], d: [0] })
  const told = sys.commands.flatMap(
    (line) => /PREV_CONTAINER=(\S*) --env \S*EXIT_CODE=(\S*)/.exec(line) ?? [],
  )
  assert.deepEqual(
    told.filter((_, at) => at % 3 > 0),
    ['', '', 'a', '0', 'b', '9'],
  )
})

test('runPipeline() does not begin when a service cannot', () => {
  const { result, runs } = run('b2c.run_service=s b2c.run=a b2c.run_post=d', {
    ...{ s: ['Error: unknown flag: --x'], a: [0], d: [0] },
  })
  assert.deepEqual([result.status, result.failedBy], [125, 'services[0]'])
  assert.deepEqual(runs, ['--pull=missing s', '--pull=missing d'])
})

test('runPipeline() tries again what may pass, with longer and longer pauses, and no more than five times', () => {
  const refused = 'Error: dial tcp 10.0.2.2:1: connect: connection refused'
  const passing = run('b2c.run=a', { a: [refused, refused, 7] })
  assert.equal(passing.result.status, 7)
  assert.equal(passing.sys.uptimeMs(), 3_000)
  const failing = run('b2c.run=a', { a: [refused] })
  assert.equal(failing.runs.length, 5)
  assert.deepEqual([failing.result.status, failing.result.failedBy], [125, 'containers[0]'])
  assert.match(failing.result.message ?? '', /connection refused/)
})

test('runPipeline() does not try again what cannot pass', () => {
  for (const error of [
    'Error: manifest unknown',
    'Error: Source image rejected: x',
    'Error: unknown flag: --x',
  ]) {
    assert.equal(run('b2c.run=a', { a: [error, 0] }).runs.length, 1, error)
  }
})

test('runPipeline() drops a damaged image alone and fetches it again', () => {
  const { result, sys } = run('b2c.run=a', { a: ['Error: layer not known', 0] }, { stored: ['a', 'b'] })
  assert.equal(result.status, 0)
  assert.deepEqual(
    sys.commands.filter((line) => line.startsWith('podman rmi')),
    [`podman rmi --force ${'0'.repeat(64)}`],
  )
})

test('runPipeline() fetches a damaged image although what is in the cache would do', () => {
  const { result, runs } = run(
    'b2c.run=a b2c.pull=missing',
    { a: ['Error: layer not known', 0] },
    { stored: ['a'] },
  )
  assert.equal(result.status, 0)
  assert.deepEqual(runs, ['--pull=never a', '--pull=missing a'])
})

test('runPipeline() looks for damage where the program of an image is none', () => {
  const answer = { code: 1, stderr: 'exec container process `/bin/sh`: Exec format error' }
  for (const [damaged, status] of [
    ['0', 0],
    ['1', 1],
  ] as const) {
    const { result, sys } = run(
      'b2c.run=a b2c.pull=missing',
      { a: [answer, 0] },
      { stored: ['a', 'b'], check: `Damaged image ${damaged.repeat(64)}:` },
    )
    assert.equal(result.status, status)
    assert.equal(result.failedBy, status === 0 ? undefined : 'containers[0]')
    assert.equal(
      sys.commands.some((line) => line.startsWith('podman rmi')),
      status === 0,
    )
  }
})

test('runPipeline() keeps images that it needs later, whatever the limit', () => {
  const { images, sys } = run(
    'b2c.run=new b2c.run=a b2c.run_post=c b2c.pull=missing b2c.cache_limit=1K',
    { new: [0], a: [0], c: [0] },
    { stored: ['a', 'b', 'c'], layerBytes: 1024 },
  )
  images.tidy()
  assert.deepEqual(
    sys.commands.filter((line) => line.startsWith('podman rmi')),
    [`podman rmi --force ${'1'.repeat(64)}`],
  )
})

test('runPipeline() never runs from the cache what was not checked by the keys', () => {
  const key = `b2c.image_key=${encodeBase64(new Uint8Array(32))}`
  const stored = ['a']
  const runs = (words: string) => run(`b2c.pull=missing ${key} ${words}`, { a: [0] }, { stored }).runs
  assert.deepEqual(runs('b2c.run=a'), ['--pull=always a'])
  // By a name that nothing in the store has, podman may still find it.
  assert.deepEqual(runs(`b2c.run=a@sha256:${'0'.repeat(64)}`), [`--pull=always a@sha256:${'0'.repeat(64)}`])
  assert.deepEqual(runs('b2c.run="--option-of-tomorrow a"'), ['--pull=always --option-of-tomorrow a'])
  assert.deepEqual(runs('b2c.run="--pull=never a"'), [])
  const seeded = run(`b2c.pull=missing ${key} b2c.run=s:1`, { 's:1': [0] }, { seed: 's:1' })
  assert.deepEqual(seeded.runs, ['--pull=never s:1'])
})

test('runPipeline() fetches an image whose seed cannot be used, where that is allowed', () => {
  const bad = (words: string) => run(`${words} b2c.run=s:1`, { 's:1': [0] }, { seed: 's:1', loads: null })
  const { result, runs, sys } = bad('b2c.pull=missing')
  assert.deepEqual([result.status, runs], [0, ['--pull=missing s:1']])
  const said = sys.logged.filter((line) => line.includes('b2c/seed-unusable'))
  assert.deepEqual(
    said.map((line) => line.replace(/^.*WARNING: /, '')),
    [`Cannot load images from "${places.seeds}/a.tar": no format: oci: none dir: none (b2c/seed-unusable)`],
  )
  assert.deepEqual(bad('b2c.pull=never').runs, [])
})

test('runPipeline() makes room when the disk is full, of images that nobody has used for longest', () => {
  const full = 'Error: writing blob: no space left on device'
  const { result, sys } = run('b2c.run=a', { a: [full, 0] }, { stored: ['x', 'y', 'z'] })
  assert.equal(result.status, 0)
  assert.match(sys.commands.find((line) => line.startsWith('podman rmi')) ?? '', /0{64} 1{64}$/)
  const none = run('b2c.run=a', { a: [full, 0] })
  assert.deepEqual([none.result.status, none.runs.length], [125, 1])
})

test('runPipeline() asks no registry for what is in the cache, unless the policy says so', () => {
  const stored = ['a']
  const policy = (word: string) => run(`b2c.run=a b2c.pull=${word}`, { a: [0] }, { stored }).runs[0]
  assert.deepEqual(['missing', 'never', 'newer', 'always'].map(policy), [
    '--pull=never a',
    '--pull=never a',
    '--pull=newer a',
    '--pull=always a',
  ])
  assert.equal(run('b2c.run=a b2c.pull=never', { a: [0] }).result.failedBy, 'containers[0]')
})

test('runPipeline() refuses images without a digest when digests are required', () => {
  const { result, runs } = run('b2c.run=a b2c.require=digest', { a: [0] })
  assert.deepEqual([result.status, runs.length], [1, 0])
  assert.match(result.message ?? '', /not named by its digest/)
})

test('runPipeline() runs containers from a cache that takes no more', () => {
  const { result, sys } = run('b2c.run=a b2c.pull=missing', { a: [0] }, { stored: ['a'], isFull: true })
  assert.equal(result.status, 0)
  assert.ok(sys.logged.some((line) => line.includes('sys/no-space')))
})

test('runPipeline() uses what is in the cache without a network, or by a digest, and says what it lacks otherwise', () => {
  const cached = run('b2c.run=a', { a: [0] }, { stored: ['a'], online: false })
  assert.deepEqual([cached.result.status, cached.runs], [0, ['--pull=never a']])
  const warnings = cached.sys.logged.filter((line) => line.includes('b2c/image-not-renewed'))
  assert.equal(warnings.length, 1)
  const pinned = `a@${digestOf(0)}`
  const named = run(`b2c.run=${pinned}`, { [pinned]: [0] }, { stored: ['a'] })
  assert.deepEqual([named.result.status, named.runs], [0, [`--pull=never ${pinned}`]])
  const absent = run('b2c.run=a', { a: [0] }, { online: false })
  assert.deepEqual([absent.result.status, absent.runs], [1, []])
  assert.equal(absent.result.message, 'Cannot get an address')
})

test('images that a seed brings are on the medium before anything takes them for whole', () => {
  const { sys } = run('b2c.pull=missing b2c.run=s:1', { 's:1': [0] }, { seed: 's:1' })
  assert.equal(sys.synced.filter((path) => path === '').length, 1)
})

test('images of a damaged store go even where podman has mounted something, and podman can fetch others', () => {
  const { sys, images } = run('b2c.run=a', { a: [0] }, { stored: ['a'] })
  const mounted = [`${graphRoot}/overlay`, `${graphRoot}/overlay/l0/merged`, '/cache']
  const lines = mounted.map((target, at) => `${at} 0 253:0 / ${target} rw - ext4 /dev/vda rw`)
  sys.addFile('/proc/self/mountinfo', lines.join('\n'))
  sys.addProgram('umount')
  assert.equal(images.repair({ args: [] } as never, 'damaged-store'), true)
  const unmounts = sys.commands.filter((line) => line.startsWith('umount'))
  assert.deepEqual(unmounts, [`umount -l ${graphRoot}/overlay/l0/merged`, `umount -l ${graphRoot}/overlay`])
  assert.deepEqual(sys.list(graphRoot), ['tmp'])
})

test('images that cannot be read are said so when it is tidied up, and nothing else', () => {
  const { sys, images } = run('b2c.run=a', { a: [0] }, { stored: ['a'] })
  const store = `${graphRoot}/overlay-images/images.json`
  sys.remove(store)
  sys.makeDirs(store)
  images.tidy()
  assert.match(sys.logged.at(-1)!, /WARNING: Cannot read .*images\.json/)
})

test('runPipeline() says what could not be stored at the end of a container, whose own failure comes first', () => {
  const onEnd = () => {
    throw b2cError('b2c/disk-full', 'Cannot store')
  }
  for (const [code, status, askedFor] of [
    [0, 1, undefined],
    [3, 3, undefined],
    [130, 130, 'poweroff'],
  ] as const) {
    const { result, sys } = run('b2c.run=a', { a: [code] }, { onEnd })
    assert.deepEqual([result.status, result.askedFor], [status, askedFor])
    assert.equal(result.containers[0]!.exitCode, status)
    assert.ok(sys.logged.some((line) => line.includes('FAILED: Cannot store (b2c/disk-full)')))
  }
})
