import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { SyncCondition, Volume } from '@afloat/boot2container'
import { AfloatError } from '@afloat/report'
import { FakeSys } from '../../sys/fake-sys.ts'
import type { Reporter } from '../report.ts'
import { openVolumes } from './open-volumes.ts'
import { FakeS3, inputText } from './testing/fake-s3.ts'
import type { WatchTask } from './watch-volume.ts'

const plain: Volume = {
  name: 'data',
  pullOn: [],
  pushOn: [],
  expiration: 'never',
  overwrite: true,
  remove: true,
  exclude: [],
  preserve: false,
  resetFscryptKey: false,
}
const mirrored: Volume = { ...plain, pullFrom: 's3/from/x', pushTo: 's3/to/x' }
const data = '/cache/volume-data/data/box/data'

function machine() {
  const sys = new FakeSys()
  const s3 = new FakeS3(sys)
  const tasks: WatchTask[] = []
  for (const name of ['mount', 'umount']) sys.addProgram(name)
  sys.addProgram('qjs', (_, { input }) => {
    tasks.push(JSON.parse(inputText(input)) as WatchTask)
    return {}
  })
  const said: string[] = []
  const report: Reporter = {
    stage: (name, subject, run) => {
      said.push(`${name} ${subject}`)
      return run({})
    },
    note: (text) => said.push(text),
    warn: ({ code }) => said.push(code),
    hide: () => {},
    finish: () => {},
  }
  const open = (volumes: Volume[], storage: { cacheDir?: string } = { cacheDir: '/cache' }) =>
    openVolumes(
      {
        sys,
        report,
        config: { s3Aliases: [{ alias: 's3', url: 'http://s3', key: 'k', secret: 's' }] },
        secrets: { get: (text) => text },
        storage,
        filesystemPath: (name) => `/mnt/${name}`,
      },
      volumes,
    )
  return { sys, s3, said, tasks, open }
}

function codeOf(run: () => unknown): string {
  try {
    run()
    return ''
  } catch (error) {
    assert.ok(error instanceof AfloatError, String(error))
    return error.code
  }
}

const occasions = ['pipeline_start', 'container_start', 'container_end', 'pipeline_end'] as const

/** What is moved, by occasion: < for fetching, > for storing, w for watching. */
function trace(volume: Volume): string {
  const { sys, s3, tasks, open } = machine()
  s3.objects.set('s3/from/x/a', '0')
  const volumes = open([volume])
  const marks = occasions.map((occasion, index) => {
    sys.addFile(`${data}/a`, `local ${index}`)
    s3.objects.set('s3/from/x/a', `remote ${index}`)
    const before = sys.commands.length
    volumes.on(occasion)
    const moves = sys.commands.slice(before).flatMap((command) => {
      if (command.startsWith('qjs')) return 'w'
      return command.startsWith('mcli cp') ? (command.endsWith(' s3/to/x/') ? '>' : '<') : []
    })
    return moves.join('')
  })
  assert.ok(tasks.length <= 1 || marks.join('').includes('w'))
  return marks.join(',')
}

for (const [pullOn, pushOn, expected] of [
  [[], [], ',,,'],
  [['pipeline_start'], ['pipeline_end'], '<,,,>'],
  [['container_start'], ['container_end'], ',<,>,'],
  [['pipeline_start', 'pipeline_end'], [], '<,,,<'],
  [[], ['pipeline_start', 'container_start'], '>,>,,'],
  [['pipeline_start'], ['pipeline_start'], '<>,,,'],
  [['container_end'], ['container_end'], ',,><,'],
] as const)
  test(`openVolumes() mirrors on ${[...pullOn].join('|') || 'nothing'} and ${[...pushOn].join('|') || 'nothing'}`, () => {
    assert.equal(trace({ ...mirrored, pullOn, pushOn: [...pushOn] as SyncCondition[] }), expected)
  })

test('openVolumes() watches for changes, whatever else is asked for, and stores once more at the end', () => {
  const { sys, tasks, open } = machine()
  const volumes = open([{ ...mirrored, pullOn: ['pipeline_start'], pushOn: ['changes', 'container_end'] }])
  for (const occasion of occasions) {
    sys.addFile(`${data}/${occasion}`, '')
    volumes.on(occasion)
  }
  assert.equal(tasks[0]?.push?.url, 's3/to/x')
  assert.equal(tasks[0]?.pull, undefined)
  // What was there before the first fetch had no place in the bucket it came from.
  const [, ...names] = occasions
  const stored = sys.commands.filter((command) => command.startsWith('mcli cp'))
  const paths = names.toSorted().map((name) => `${data}/${name}`)
  assert.deepEqual(stored, [`mcli cp --json -- ${paths.join(' ')} s3/to/x/`])
  volumes.close()
})

test('openVolumes() does not watch a volume that has yet to be fetched', () => {
  const { sys, s3, tasks, open } = machine()
  s3.objects.set('s3/from/x/a', 'kept')
  const volumes = open([{ ...mirrored, pullOn: ['container_start'], pushOn: ['changes'] }])
  volumes.on('pipeline_start')
  assert.equal(tasks.length, 0)
  s3.failures.push('AccessDenied')
  assert.equal(
    codeOf(() => volumes.on('container_start')),
    'b2c/volume-pull-failed',
  )
  volumes.on('container_end')
  assert.equal(tasks.length, 0)
  volumes.on('container_start')
  assert.equal(sys.readText(`${data}/a`), 'kept')
  assert.equal(tasks.length, 1)
})

const watched: Volume = { ...mirrored, pullFrom: 's3/x', pushTo: 's3/x', pushOn: ['changes'] }

for (const pullOn of ['container_start', 'container_end'] as const)
  test(`openVolumes() stores what the watcher has not come to before it fetches on ${pullOn}`, () => {
    const { sys, s3, tasks, open } = machine()
    s3.objects.set('s3/x/a', '1')
    s3.objects.set('s3/x/gone', '1')
    const volumes = open([{ ...watched, pullOn: [pullOn] }])
    for (const occasion of occasions.slice(0, 3)) volumes.on(occasion)
    sys.addFile(`${data}/a`, '2')
    sys.addFile(`${data}/new`, 'n')
    sys.remove(`${data}/gone`)
    s3.objects.set('s3/x/theirs', 't')
    const before = tasks.length
    volumes.on(pullOn)
    assert.equal(tasks.length, before + 1)
    const expected = [
      ['a', '2'],
      ['new', 'n'],
      ['theirs', 't'],
    ]
    assert.deepEqual(
      (sys.list(data) ?? []).map((name) => [name, sys.readText(`${data}/${name}`)]),
      expected,
    )
    assert.deepEqual([...s3.objects].map(([key, text]) => [key.slice('s3/x/'.length), text]).sort(), expected)
  })

test('openVolumes() fetches nothing over what it could not store', () => {
  const { sys, s3, open } = machine()
  const volumes = open([{ ...watched, pullOn: ['container_start'] }])
  volumes.on('container_start')
  sys.addFile(`${data}/result`, 'r')
  s3.failures.push('AccessDenied')
  assert.equal(
    codeOf(() => volumes.on('container_start')),
    'b2c/volume-push-failed',
  )
  assert.equal(sys.readText(`${data}/result`), 'r')
})

test('openVolumes() removes nothing from the bucket after a fetch that failed midway', () => {
  const { sys, s3, open } = machine()
  s3.objects.set('s3/x/a', '1')
  const volumes = open([{ ...watched, pullOn: ['container_start'], pushOn: ['pipeline_end'] }])
  volumes.on('container_start')
  sys.addFile(`${data}/result`, 'r')
  for (const name of ['b', 'd/c']) s3.objects.set(`s3/x/${name}`, name)
  s3.failures.push(undefined, undefined, 'AccessDenied')
  assert.equal(
    codeOf(() => volumes.on('container_start')),
    'b2c/volume-pull-failed',
  )
  sys.addFile(`${data}/result`, 'r')
  volumes.on('pipeline_end')
  assert.deepEqual([...s3.objects.keys()].sort(), ['s3/x/a', 's3/x/b', 's3/x/d/c', 's3/x/result'])
})

test('openVolumes() mirrors nothing when it has only one of the two addresses', () => {
  const { pushTo: _, ...onlyPull } = mirrored
  assert.equal(trace({ ...onlyPull, pullOn: ['pipeline_start'], pushOn: ['pipeline_end'] }), ',,,')
})

test('openVolumes() gives podman a folder, and takes everything away in the end', () => {
  const { sys, open } = machine()
  const volumes = open([plain, { ...plain, name: 'shared', filesystem: 'nfs' }])
  volumes.close()
  assert.deepEqual(
    sys.commands.filter((command) => command.includes('mount')),
    [
      `mount -o bind ${data} /run/afloat/volumes/data/_data`,
      'mount -o bind /mnt/nfs /run/afloat/volumes/shared/_data',
      'umount -l /run/afloat/volumes/shared/_data',
      'umount -l /run/afloat/volumes/data/_data',
    ],
  )
  assert.deepEqual(sys.list('/run/afloat/volumes'), [])
  assert.equal(sys.exists('/run/afloat/s3'), false)
})

test('openVolumes() names what cannot be mirrored before anything runs', () => {
  const { sys, open } = machine()
  assert.equal(
    codeOf(() => open([plain, { ...mirrored, pushTo: 'other/b' }])),
    'b2c/s3-unknown-alias',
  )
  assert.equal(
    codeOf(() => open([{ ...plain, name: '../etc' }])),
    'b2c/volume-bad-name',
  )
  assert.equal(sys.commands.filter((command) => command.startsWith('umount')).length, 1)
})

test('openVolumes() says by their end what failed for good, after it has seen to the others', () => {
  const { sys, s3, said, open } = machine()
  const volumes = open([
    { ...mirrored, pushOn: ['pipeline_end'], expiration: 'pipeline_end' },
    { ...mirrored, name: 'other', pushTo: 's3/other', pushOn: ['pipeline_end'] },
  ])
  sys.addFile('/cache/volume-data/other/box/data/b', 'b')
  s3.failures.push('AccessDenied')
  assert.equal(
    codeOf(() => volumes.on('pipeline_end')),
    'b2c/volume-push-failed',
  )
  assert.equal(s3.objects.get('s3/other/b'), 'b')
  volumes.close()
  assert.ok(said.includes('b2c/volume-not-stored'))
  assert.equal(sys.readLink('/cache/volume-data/data/unstored'), 's3/to/x')
})

test('openVolumes() notes that something is to be stored before it is', () => {
  const { sys, open } = machine()
  const volumes = open([{ ...mirrored, pushOn: ['pipeline_end'] }])
  const noted: boolean[] = []
  sys.addProgram('mcli', () => {
    noted.push(sys.exists('/cache/volume-data/data/unstored'))
    return {}
  })
  volumes.on('pipeline_end')
  assert.deepEqual(noted, [true])
  assert.equal(sys.exists('/cache/volume-data/data/unstored'), false)
})

test('openVolumes() keeps what could not be stored also where there is no room for a note', () => {
  const { sys, s3, said, open } = machine()
  const volume: Volume = { ...mirrored, pushOn: ['pipeline_end'], expiration: 'pipeline_end' }
  const volumes = open([volume])
  sys.addFile(`${data}/result`, 'r')
  sys.fault = (operation) => (['make', 'write'].includes(operation) ? 'ENOSPC' : undefined)
  s3.failures.push('AccessDenied')
  assert.equal(
    codeOf(() => volumes.on('pipeline_end')),
    'b2c/volume-push-failed',
  )
  volumes.close()
  assert.ok(said.includes('b2c/volume-not-stored'))
  sys.fault = () => undefined
  open([{ ...plain, name: 'next' }])
  assert.equal(sys.readText(`${data}/result`), 'r')
})

test('openVolumes() stores what an earlier release has noted', () => {
  const { sys, s3, open } = machine()
  sys.addFile('/cache/volume-data/data/unstored', 's3/to/x')
  sys.addFile(`${data}/result`, 'r')
  open([{ ...mirrored, pullOn: ['pipeline_start'] }]).on('pipeline_start')
  assert.equal(s3.objects.get('s3/to/x/result'), 'r')
  assert.equal(sys.exists('/cache/volume-data/data/unstored'), false)
})

for (const [what, storage] of [
  ['without a cache', {}],
  ['with a cache that is lost', { cacheDir: '/cache' }],
] as const)
  test(`openVolumes() knows what was not stored of a named file system, ${what}`, () => {
    const { sys, s3, open } = machine()
    const volume: Volume = {
      ...mirrored,
      ...{ pullFrom: 's3/x', pushTo: 's3/x', filesystem: 'disk' },
      ...{ pullOn: ['pipeline_start'], pushOn: ['pipeline_end'] },
    }
    const volumes = open([volume], storage)
    volumes.on('pipeline_start')
    sys.addFile('/mnt/disk/result', 'r')
    s3.failures.push('AccessDenied')
    assert.equal(
      codeOf(() => volumes.on('pipeline_end')),
      'b2c/volume-push-failed',
    )
    volumes.close()
    for (const lost of ['/run', '/cache']) sys.remove(lost, { recursive: true })
    s3.objects.set('s3/x/theirs', 't')
    open([volume]).on('pipeline_start')
    assert.deepEqual(sys.list('/mnt/disk'), ['result', 'theirs'])
    assert.deepEqual([...s3.objects.keys()].sort(), ['s3/x/result', 's3/x/theirs'])
  })

test('openVolumes() mirrors of a named file system what is the volume, and nothing beside it', () => {
  const { sys, s3, tasks, open } = machine()
  for (const name of ['vault.encrypted/data/key', 'seed/image.tar', 'sub/seed/mine']) {
    sys.addFile(`/mnt/disk/${name}`, 'local')
  }
  s3.objects.set('s3/x/seed/theirs.tar', 'remote')
  const remote = { pullFrom: 's3/x', pushTo: 's3/x', filesystem: 'disk' }
  const volumes = open([{ ...mirrored, ...remote, pullOn: ['container_end'], pushOn: ['changes'] }])
  for (const occasion of occasions) volumes.on(occasion)
  assert.deepEqual([...s3.objects.keys()].sort(), ['s3/x/seed/theirs.tar', 's3/x/sub/seed/mine'])
  s3.objects.delete('s3/x/sub/seed/mine')
  open([{ ...mirrored, ...remote, pullOn: ['container_end'] }]).on('container_end')
  assert.deepEqual(sys.list('/mnt/disk'), ['seed', 'vault.encrypted'])
  assert.deepEqual(sys.list('/mnt/disk/seed'), ['image.tar'])
  assert.equal(tasks[0]?.push?.topOf, 'filesystem')
})

test('openVolumes() does not empty an encrypted volume on a named file system that could not be stored', () => {
  const { sys, s3, open } = machine()
  sys.makeDirs('/mnt/disk/data.encrypted/data')
  const volume: Volume = {
    ...mirrored,
    filesystem: 'disk',
    pushOn: ['pipeline_end'],
    expiration: 'pipeline_end',
  }
  const volumes = open([volume], {})
  sys.addFile('/mnt/disk/data.encrypted/data/result', 'r')
  s3.failures.push('AccessDenied')
  assert.equal(
    codeOf(() => volumes.on('pipeline_end')),
    'b2c/volume-push-failed',
  )
  volumes.close()
  sys.remove('/run', { recursive: true })
  open([volume], {})
  assert.equal(sys.readText('/mnt/disk/data.encrypted/data/result'), 'r')
})

test('openVolumes() tries again for 15 s, and no longer', () => {
  const { sys, s3, open } = machine()
  const volumes = open([{ ...mirrored, pullOn: ['pipeline_start'] }])
  s3.failures.push('timeout', 'timeout')
  volumes.on('pipeline_start')
  assert.equal(sys.uptimeMs(), 1500)
  s3.failures.push(...Array<string>(20).fill('timeout'))
  assert.equal(
    codeOf(() => volumes.on('pipeline_start')),
    'b2c/volume-pull-failed',
  )
  assert.equal(sys.uptimeMs(), 1500 + 15_500)
})

test('openVolumes() removes what a power cut has left of expired volumes, the record last', () => {
  const { sys, open } = machine()
  open([{ ...plain, expiration: 'pipeline_end' }])
  sys.addFile(`${data}/x`, 'x')
  const removed: string[] = []
  sys.fault = (operation, path) => {
    if (operation === 'remove') removed.push(path)
    return undefined
  }
  open([{ ...plain, name: 'next' }])
  const home = '/cache/volume-data/data'
  assert.deepEqual(removed, [`${home}/box`, home])
  assert.deepEqual(sys.list('/cache/volume-data'), ['next'])
})

test('openVolumes() never removes what is on a named file system, an expired volume or not', () => {
  const { sys, open } = machine()
  sys.addFile('/mnt/nfs/old', '')
  const volumes = open([{ ...plain, filesystem: 'nfs', expiration: 'pipeline_end' }])
  sys.addFile('/mnt/nfs/new', '')
  volumes.close()
  assert.deepEqual(sys.list('/mnt/nfs')?.toSorted(), ['new', 'old'])
  assert.equal(sys.exists('/cache/volume-data/data'), false)
})
