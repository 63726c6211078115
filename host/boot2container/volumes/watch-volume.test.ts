import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FakeSys } from '../../sys/fake-sys.ts'
import { FakeS3 } from './testing/fake-s3.ts'
import { type WatchTask, watchVolume } from './watch-volume.ts'

const mirror = {
  folder: '/v',
  url: 's3/b',
  overwrite: true,
  remove: true,
  exclude: ['*.tmp'],
  transfer: { preserve: false },
}
const task: WatchTask = {
  push: mirror,
  known: '/known',
  unstored: ['/unstored'],
  stop: '/stop',
  failing: '/failing',
}

/** Runs the watcher; each step happens during one of its pauses, and after the last one it is told to stop. */
function watch(
  given: WatchTask,
  s3Of: (sys: FakeSys) => FakeS3,
  steps: readonly ((sys: FakeSys) => void)[],
): void {
  const left = [...steps]
  class Paused extends FakeSys {
    override sleepMs(durationMs: number): void {
      super.sleepMs(durationMs)
      // The short pauses are its own, before it compares.
      if (durationMs < 100) return
      const step = left.shift()
      if (step === undefined) this.addFile('/stop', '')
      else step(this)
    }
  }
  const sys = new Paused({ files: { '/v/a': '1' } })
  s3Of(sys)
  watchVolume(sys, given)
}

test('watchVolume() stores what changes, and asks nobody while nothing does', () => {
  let s3: FakeS3 | undefined
  const seen: unknown[] = []
  const look = (sys: FakeSys) => {
    seen.push([...(s3?.objects ?? [])].map((entry) => entry.join(' ')))
    sys.commands.length = 0
  }
  watch(task, (sys) => (s3 = new FakeS3(sys)), [
    (sys) => {
      look(sys)
      sys.writeFile('/v/a', '2')
      sys.addFile('/v/d/b', 'b')
      sys.addFile('/v/x.tmp', 'x')
    },
    (sys) => {
      assert.deepEqual(sys.commands, ['mcli cp --json -- /v/a s3/b/', 'mcli cp --json -- /v/d/b s3/b/d/'])
      look(sys)
    },
    (sys) => {
      assert.deepEqual(sys.commands, [])
      sys.rename('/v/d', '/v/e')
      sys.remove('/v/a')
    },
    look,
  ])
  assert.deepEqual(seen, [['s3/b/a 1'], ['s3/b/a 2', 's3/b/d/b b'], ['s3/b/e/b b']])
})

test('watchVolume() notes what it cannot store for after a power cut, tries less and less often, and recovers', () => {
  const atMs: number[] = []
  let s3: FakeS3 | undefined
  watch(
    task,
    (sys) => {
      s3 = new FakeS3(sys)
      s3.failures.push('refused', 'refused', 'refused')
      return s3
    },
    [
      (sys) => {
        atMs.push(sys.uptimeMs())
        assert.equal(sys.readLink('/unstored'), 's3/b')
        assert.equal(sys.readText('/failing'), 'refused')
        assert.ok(sys.synced.includes('/'))
      },
      (sys) => atMs.push(sys.uptimeMs()),
      (sys) => atMs.push(sys.uptimeMs()),
      (sys) => {
        assert.equal(sys.exists('/unstored') || sys.exists('/failing'), false)
        assert.equal(s3?.objects.get('s3/b/a'), '1')
      },
    ],
  )
  assert.deepEqual(atMs, [400, 1200, 2800])
})

test('watchVolume() notes what it is about to store: a server that says nothing has not failed yet', () => {
  const noted: boolean[] = []
  watch(
    task,
    (sys) => {
      sys.addProgram('mcli', (args, options) => {
        noted.push(sys.exists('/unstored'))
        return sys.run(['minio-client', ...args], options)
      })
      return new FakeS3(sys, 'minio-client')
    },
    [
      (sys) => {
        assert.equal(sys.exists('/unstored'), false)
        sys.writeFile('/v/a', '2')
      },
      (sys) => assert.equal(sys.exists('/unstored'), false),
    ],
  )
  assert.ok(noted.length > 1 && noted.every((is) => is), String(noted))
})

test('watchVolume() goes on where there is no room for a note', () => {
  let s3: FakeS3 | undefined
  watch(
    task,
    (sys) => {
      s3 = new FakeS3(sys)
      s3.failures.push('refused')
      sys.fault = (_, path) => (path.startsWith('/unstored') ? 'ENOSPC' : undefined)
      return s3
    },
    [() => {}, () => assert.equal(s3?.objects.get('s3/b/a'), '1')],
  )
})

test('watchVolume() replaces nothing without overwrite', () => {
  let s3: FakeS3 | undefined
  watch(
    { ...task, push: { ...mirror, overwrite: false, remove: false } },
    (sys) => {
      s3 = new FakeS3(sys)
      s3.objects.set('s3/b/a', 'theirs')
      return s3
    },
    [
      (sys) => {
        sys.writeFile('/v/a', 'mine')
        sys.addFile('/v/b', 'new')
      },
      () => {},
    ],
  )
  assert.deepEqual(
    [...(s3?.objects ?? [])],
    [
      ['s3/b/a', 'theirs'],
      ['s3/b/b', 'new'],
    ],
  )
})

test('watchVolume() lets changes of both sides stand where they do not meet', () => {
  let s3: FakeS3 | undefined
  let text: string | undefined
  watch(
    { ...task, pull: mirror },
    (sys) => {
      s3 = new FakeS3(sys)
      s3.objects.set('s3/b/theirs', '1')
      return s3
    },
    [
      (sys) => {
        assert.equal(sys.readText('/v/theirs'), '1')
        s3?.objects.set('s3/b/theirs', '2')
        sys.writeFile('/v/a', '2')
        sys.sleepMs(50)
      },
      ...Array.from({ length: 12 }, () => (sys: FakeSys) => {
        text = sys.readText('/v/theirs')
      }),
    ],
  )
  assert.equal(text, '2')
  assert.deepEqual([...(s3?.objects ?? [])].sort(), [
    ['s3/b/a', '2'],
    ['s3/b/theirs', '2'],
  ])
})
