import type { AfloatError } from '@afloat/report'
import { isMounted, listMounts, mount, unmount } from '../mounts.ts'
import { startProgram } from '../program.ts'
import type { Sys } from '../sys.ts'
import { decodeUtf8 } from '../utf8.ts'
import { codeOf, filePromises, type Promised } from './contract.ts'

/** In a script: waits for a file, 10 s at most. */
const untilThere = 'for i in $(seq 200); do [ -e "$1" ] && break; sleep 0.05; done; [ -e "$1" ] || exit 9'

const programPromises: readonly Promised[] = [
  {
    name: 'runs a program with input, environment and folder',
    check: (sys, dir) => {
      const script = 'cat; echo "$A $PWD"; echo wrong >&2; exit 3'
      return (
        sys.run(['sh', '-c', script], { input: 'in ñ\n', env: { A: 'b c' }, cwd: dir }).stdout ===
        `in ñ\nb c ${dir}\n`
      )
    },
    expected: true,
  },
  {
    name: 'returns exit code and standard error',
    check: (sys) => sys.run(['sh', '-c', 'echo wrong >&2; exit 3']),
    expected: { code: 3, stdout: '', stderr: 'wrong\n', timedOut: false },
  },
  {
    name: 'gives a program that ends by a signal the code of a shell',
    check: (sys) => sys.run(['sh', '-c', 'kill -9 $$']).code,
    expected: 137,
  },
  {
    name: 'does not block on megabytes in all directions',
    check: (sys) => {
      const script = 'head -c 2000000 /dev/zero | tr "\\0" a; head -c 2000000 /dev/zero | tr "\\0" b >&2'
      const { code, stdout, stderr } = sys.run(['sh', '-c', script], { input: 'x'.repeat(1_000_000) })
      return [code, stdout.length, stderr.length]
    },
    expected: [0, 2_000_000, 2_000_000],
  },
  {
    name: 'ends a program at its deadline',
    check: (sys) => {
      const { code, timedOut } = sys.run(['sleep', '60'], { timeoutMs: 100 })
      return [code, timedOut]
    },
    expected: [143, true],
  },
  {
    name: 'ends a program that it is told to give up',
    check: (sys) => {
      let asked = 0
      const { code, timedOut } = sys
        .start(['sleep', '60'], { giveUp: (pid) => pid > 0 && ++asked > 3 })
        .wait()
      return [code, timedOut]
    },
    expected: [143, true],
  },
  {
    name: 'kills a program that ignores its deadline',
    check: (sys) => {
      const startMs = sys.uptimeMs()
      const { code } = sys.run(['sh', '-c', 'trap "" TERM; while :; do sleep 0.1; done'], { timeoutMs: 100 })
      return [code, sys.uptimeMs() - startMs < 10_000]
    },
    expected: [137, true],
  },
  {
    name: 'tells a missing program from exit code 127',
    check: (sys) => [
      codeOf(() => sys.run(['no-such-program'])),
      sys.run(['sh', '-c', 'exit 127']).code,
      sys.has('sh'),
      sys.has('no-such-program'),
    ],
    expected: [['sys/program-missing', null], 127, true, false],
  },
  {
    name: 'hides secrets in the error of a command',
    check: (sys) => {
      try {
        return sys.mustRun(['sh', '-c', 'echo "bad $1" >&2; exit 1', 'x', 'se cret'], {
          secrets: ['se cret'],
        })
      } catch (error) {
        const { code, message } = error as AfloatError
        return [code, message]
      }
    },
    expected: [
      'sys/command-failed',
      "Command failed with exit code 1: sh -c 'echo \"bad $1\" >&2; exit 1' x '(hidden)'\nbad (hidden)",
    ],
  },
  {
    name: 'leaves no descriptor open and no child behind',
    check: (sys) => {
      const before = sys.list('/proc/self/fd')?.length
      for (let i = 0; i < 20; i++) sys.run(['true'])
      return sys.list('/proc/self/fd')?.length === before
    },
    expected: true,
  },
  {
    name: 'reports a medium that is full',
    check: (sys) => codeOf(() => sys.writeFile('/dev/full', 'x')),
    expected: ['sys/no-space', 'ENOSPC'],
  },
  {
    name: 'reads /proc, whose files have no size',
    check: (sys) => [sys.readText('/proc/self/comm'), sys.readBytes('/proc/self/comm')?.length],
    expected: ['qjs\n', 4],
  },
  {
    name: 'mounts and unmounts',
    check: (sys, dir) => {
      const target = `${dir}/a b`
      mount(sys, { source: 'tmpfs', target, type: 'tmpfs', options: ['size=1m', 'mode=0700'] })
      const mounted = listMounts(sys).find((found) => found.target === target)
      const is = isMounted(sys, target)
      unmount(sys, target)
      return [is, mounted?.type, isMounted(sys, target)]
    },
    expected: [true, 'tmpfs', false],
  },
  {
    name: 'syncs a file, a folder and everything',
    check: (sys, dir) => {
      sys.writeFile(`${dir}/a`, '')
      sys.sync(`${dir}/a`)
      sys.sync(dir)
      sys.sync()
      return codeOf(() => sys.sync(`${dir}/nothing`))
    },
    expected: ['sys/command-failed', null],
  },
  {
    name: 'reads the lines of a watched program as they come, with a deadline',
    check: async (sys, dir) => {
      const script = `printf "a\\nb\\nh"; ${untilThere}; printf "alf\\nlast"`
      const watcher = sys.watch(['sh', '-c', script, 'sh', `${dir}/go-on`])
      const lines = [await watcher.nextLine(5000), await watcher.nextLine(5000), await watcher.nextLine(50)]
      const ended = [watcher.ended]
      sys.writeFile(`${dir}/go-on`, '')
      lines.push(await watcher.nextLine(5000), await watcher.nextLine(5000), await watcher.nextLine(5000))
      return [lines.map((line) => line ?? null), [...ended, watcher.ended]]
    },
    expected: [
      ['a', 'b', null, 'half', 'last', null],
      [false, true],
    ],
  },
  {
    name: 'stops a watched program',
    check: async (sys) => {
      const watcher = sys.watch(['sleep', '60'])
      await watcher.nextLine(20)
      watcher.stop()
      return [watcher.ended, (await watcher.nextLine(20)) ?? null]
    },
    expected: [true, null],
  },
  {
    name: 'stops a watched program that ignores SIGTERM, or has closed its output and lives on',
    check: async (sys) => {
      const startMs = sys.uptimeMs()
      const deaf = sys.watch(['sh', '-c', 'trap "" TERM; while :; do sleep 0.1; done'])
      await deaf.nextLine(100)
      deaf.stop()
      const mute = sys.watch(['sh', '-c', 'exec >&-; sleep 60'])
      const line = await mute.nextLine(60_000)
      return [line ?? null, mute.ended, sys.uptimeMs() - startMs < 30_000]
    },
    expected: [null, true, true],
  },
  {
    name: 'passes on standard error as it comes, and returns it as well',
    check: (sys, dir) => {
      const lines: string[] = []
      const script = `echo ñ >&2; ${untilThere}; printf "two\nend" >&2; exit 3`
      const { code, stderr } = sys.run(['sh', '-c', script, 'sh', `${dir}/go-on`], {
        onStderr(line) {
          if (lines.push(line) === 1) sys.writeFile(`${dir}/go-on`, '')
        },
      })
      return [code, stderr, lines]
    },
    expected: [3, 'ñ\ntwo\nend', ['ñ', 'two', 'end']],
  },
  {
    name: 'runs programs beside each other',
    check: (sys) => {
      const startMs = sys.uptimeMs()
      const jobs = ['a', 'b', 'c'].map((text) => sys.start(['sh', '-c', 'sleep 1; cat'], { input: text }))
      const running = jobs.map((job) => job.ended)
      const outputs = jobs.map((job) => job.wait().stdout)
      return [running, outputs, sys.uptimeMs() - startMs < 2500]
    },
    expected: [[false, false, false], ['a', 'b', 'c'], true],
  },
  {
    name: 'stops a program that it has started',
    check: (sys) => {
      const startMs = sys.uptimeMs()
      const job = sys.start(['sleep', '60'])
      job.stop()
      return [job.ended, sys.uptimeMs() - startMs < 10_000]
    },
    expected: [true, true],
  },
  {
    name: 'reads a stream of bytes in pieces of any size',
    check: (sys) => {
      const stream = sys.openStream(['sh', '-c', 'cat; head -c 3000000 /dev/zero; echo end >&2; exit 3'], {
        input: Uint8Array.of(0xff, 0, 0x80),
      })
      const target = new Uint8Array(8)
      const counts = [stream.fill(target.subarray(1, 3)), stream.fill(new Uint8Array(2_000_000))]
      counts.push(stream.fill(new Uint8Array(2_000_000)), stream.fill(target.subarray(4)))
      return [[...target], counts, stream.close()]
    },
    expected: [[0, 0xff, 0, 0, 0, 0, 0, 0], [2, 2_000_000, 1_000_001, 0], { code: 3, stderr: 'end\n' }],
  },
  {
    name: 'ends a stream that nobody wants to the end',
    check: (sys) => {
      const startMs = sys.uptimeMs()
      const stream = sys.openStream(['sh', '-c', 'echo a; sleep 60'])
      const count = stream.fill(new Uint8Array(2))
      return [count, stream.close().code, sys.uptimeMs() - startMs < 10_000]
    },
    expected: [2, 143, true],
  },
  {
    name: 'opens a device that is in use only when it need not be alone',
    check: (sys, dir) => {
      sys.writeFile(`${dir}/image`, new Uint8Array(4 * 1024 * 1024))
      sys.makeDirs(`${dir}/mnt`)
      const device = sys.mustRun(['losetup', '--show', '--find', `${dir}/image`]).trim()
      try {
        sys.mustRun(['mkfs.ext4', '-q', device])
        sys.openForWriting(device, { exclusive: true }).close()
        mount(sys, { source: device, target: `${dir}/mnt` })
        const answer = codeOf(() => sys.openForWriting(device, { exclusive: true }))
        sys.openForWriting(device).close()
        unmount(sys, `${dir}/mnt`)
        return answer
      } finally {
        sys.run(['losetup', '--detach', device])
      }
    },
    expected: ['sys/io-failed', 'EBUSY'],
  },
  {
    name: 'runs a program at the terminal and returns the end of what it said there',
    check: (sys) => {
      const script = 'head -c 200000 /dev/zero | tr "\\0" "\\n" >&2; echo "the end" >&2; exit 3'
      const { code, stderr, timedOut } = sys.runAttached(['sh', '-c', script])
      return [code, stderr.length, stderr.trim(), timedOut]
    },
    expected: [3, 8192, 'the end', false],
  },
  {
    name: 'does not wait for what a program leaves behind at the terminal',
    check: (sys) => {
      const startMs = sys.uptimeMs()
      const { code } = sys.runAttached(['sh', '-c', 'sleep 20 & exit 4'])
      return [code, sys.uptimeMs() - startMs < 10_000]
    },
    expected: [4, true],
  },
  {
    name: 'tells which device a node stands for',
    check: (sys) => [sys.stat('/dev/null')?.kind, sys.stat('/dev/null')?.device, sys.stat('/dev')?.device],
    expected: ['character', '1:3', undefined],
  },
  {
    name: 'keeps a program apart from the terminal',
    check: (sys) => {
      const script =
        'readlink /proc/$$/fd/0 >&2; for fd in 1 2; do readlink /proc/$$/fd/$fd | cut -c1-4 >&2; done; cat'
      const { code, stderr } = sys.runAttached(['sh', '-c', script], { apart: true })
      return [code, ...stderr.trim().split('\n')]
    },
    expected: [0, '/dev/null', 'pipe', 'pipe'],
  },
  {
    name: 'gives up on a program at the terminal',
    check: (sys) => {
      const { code, timedOut } = sys.runAttached(['sleep', '60'], { giveUp: (pid) => pid > 1 })
      return [code, timedOut]
    },
    expected: [143, true],
  },
  {
    name: 'ends a program at the terminal whose supervision fails',
    check: (sys) => {
      let child = 0
      try {
        sys.runAttached(['sleep', '60'], {
          giveUp: (pid) => {
            child = pid
            throw new Error('supervision')
          },
        })
      } catch (error) {
        return [(error as Error).message, sys.exists(`/proc/${child}`)]
      }
      return []
    },
    expected: ['supervision', false],
  },
  {
    name: 'does not wait for a device that takes nothing',
    check: (sys, dir) => {
      sys.mustRun(['mkfifo', `${dir}/pipe`])
      const job = sys.start(['sh', '-c', 'exec 3<"$1"; sleep 30', 'x', `${dir}/pipe`])
      let taken: number | undefined
      for (let tries = 0; tries < 200 && taken === undefined; tries++) {
        try {
          taken = sys.offer(`${dir}/pipe`, new Uint8Array(1_000_000))
        } catch {
          sys.sleepMs(20) // nobody has opened it yet
        }
      }
      job.stop()
      return taken !== undefined && taken > 0 && taken < 1_000_000
    },
    expected: true,
  },
  {
    name: 'has the writer of a pipe wait until it is opened, and reads what came',
    check: (sys, dir) => {
      sys.mustRun(['mkfifo', `${dir}/pipe`])
      const job = sys.start(['sh', '-c', 'echo one >"$1"; echo two >"$1"', 'x', `${dir}/pipe`])
      sys.sleepMs(200)
      const waited = !job.ended
      const pipe = sys.openPipe(`${dir}/pipe`)
      let text = decodeUtf8(pipe.read())
      for (let tries = 0; tries < 200 && text.length < 8; tries++) {
        sys.sleepMs(20)
        text += decodeUtf8(pipe.read())
      }
      const { code } = job.wait()
      const rest = pipe.read().length
      pipe.close()
      return [waited, text, code, rest]
    },
    expected: [true, 'one\ntwo\n', 0, 0],
  },
  {
    name: 'tells that there is no such program to stream from',
    check: (sys) => codeOf(() => sys.openStream(['no-such-program'])),
    expected: ['sys/program-missing', null],
  },
  {
    name: 'reads standard input to its end',
    check: (sys) => sys.readInput(16) ?? null,
    expected: null,
  },
  {
    name: 'starts a program that goes on alone',
    check: (sys, dir) => {
      sys.spawnDetached(['sh', '-c', 'echo "$A" > "$1"', 'x', `${dir}/out`], { env: { A: 'done' } })
      return waitForText(sys, `${dir}/out`)
    },
    expected: 'done\n',
  },
]

function waitForText(sys: Sys, path: string): string | undefined {
  for (let i = 0; i < 200; i++) {
    const text = sys.readText(path)
    if (text !== undefined && text !== '') return text
    sys.sleepMs(20)
  }
  return undefined
}

// Checks `quickjsSys()` on real QuickJS; argument: an empty folder. Prints one line of JSON per promise.
await startProgram(async (sys, [home = '/tmp']) => {
  for (const promised of [...filePromises, ...programPromises]) {
    const dir = `${home}/case`
    sys.remove(dir, { recursive: true })
    sys.makeDirs(dir)
    let actual: unknown
    try {
      actual = await promised.check(sys, dir)
    } catch (error) {
      actual = String(error)
    }
    sys.print(JSON.stringify({ name: promised.name, actual, expected: promised.expected }))
  }
  return 0
})
