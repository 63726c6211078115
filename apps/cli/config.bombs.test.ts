import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, test } from 'node:test'
import { repoDir } from '@afloat/build/paths'

const dir = mkdtempSync(join(tmpdir(), 'afloat-bombs-'))
after(() => rmSync(dir, { recursive: true }))

const AFLOAT = 'variant: afloat\nversion: 1.0.0\n'
const FLATCAR = 'variant: flatcar\nversion: 1.1.0\n'
const MB = 1024 * 1024

/** What a process may take: a hang is found, a busy machine is not; nobody waits longer than a second on an idle one. */
const mostUserSeconds = 5
const mostMemoryBytes = 256 * MB

/** Has a process tell at its end what it took, in a file. */
const tellCost = `data:text/javascript,${encodeURIComponent(
  'import {writeFileSync} from "node:fs";process.on("exit",()=>writeFileSync(process.env.COST,JSON.stringify(process.resourceUsage())))',
)}`

interface Cost {
  readonly userSeconds: number
  readonly memoryBytes: number
}

function run(file: string, args: readonly string[]): { exit: number | null; err: string; cost: Cost } {
  const costFile = join(dir, 'cost')
  const main = join(repoDir, 'apps/cli/main.ts')
  const { status, stderr } = spawnSync(
    process.execPath,
    // Memory is collected beside the work by default: how much is taken until then depends on how busy the computer is.
    ['--single-threaded-gc', '--import', tellCost, main, 'config', 'compile', file, ...args],
    {
      cwd: dir,
      encoding: 'utf8',
      env: { ...process.env, COST: costFile },
      maxBuffer: 64 * MB,
      timeout: 60_000,
      killSignal: 'SIGKILL',
    },
  )
  const { userCPUTime, maxRSS } = JSON.parse(readFileSync(costFile, 'utf8')) as NodeJS.ResourceUsage
  return {
    exit: status,
    err: stderr,
    cost: { userSeconds: userCPUTime / 1e6, memoryBytes: maxRSS * 1024 },
  }
}

function write(name: string, text: string | Uint8Array): string {
  mkdirSync(dirname(join(dir, name)), { recursive: true })
  writeFileSync(join(dir, name), text)
  return name
}

const list = (inner: string) => `[${Array(10).fill(inner).join()}]`
const laughs = (head: string) =>
  `${head}x-a: &a ${list('lol')}\n${Array.from('bcdefghi', (name, at) => `x-${name}: &${name} ${list(`*${'abcdefgh'[at]}`)}\n`).join('')}`
const fileOf = (contents: string) => `storage: {files: [{path: /a, contents: {${contents}}}]}\n`
const many = (count: number, item: (at: number) => string) =>
  Array.from({ length: count }, (_, at) => item(at)).join('')

interface Bomb {
  readonly title: string
  readonly lay: () => string
  readonly args?: readonly string[]
  readonly expected: RegExp
}

const bombs: readonly Bomb[] = [
  {
    title: 'aliases of lists, ten times nine levels',
    lay: () => write('laughs.yaml', `${laughs(AFLOAT)}passwd: {users: [{name: a, groups: *i}]}\n`),
    expected: /butane\/(wrong-type|alias-bomb)/,
  },
  {
    title: 'aliases of mappings that are merged',
    lay: () =>
      write(
        'merges.yaml',
        `${AFLOAT}x-a: &a {name: u}\n${many(40, (at) => `x-b${at}: &b${at} {<<: [${list(at === 0 ? '*a' : `*b${at - 1}`).slice(1, -1)}]}\n`)}passwd: {users: [*b39]}\n`,
      ),
    expected: /butane\/alias-bomb/,
  },
  {
    title: 'an alias of a long text, many times',
    lay: () =>
      write(
        'text.yaml',
        `${FLATCAR}passwd: {users: [{name: a, gecos: &x "${'y'.repeat(100_000)}"}]}\nstorage:\n  files:\n${many(5000, (at) => `    - {path: /${at}, contents: {inline: *x}}\n`)}`,
      ),
    expected: /Aliases expand to more than/,
  },
  {
    title: 'an alias within itself',
    lay: () => write('self.yaml', `${AFLOAT}storage: {files: [&a {path: /a, user: *a}]}\n`),
    expected: /butane\/(alias-loop|unknown-key)/,
  },
  {
    title: '50 MB of lines',
    lay: () => write('lines.yaml', AFLOAT + many(50, () => '# a comment that says nothing\n'.repeat(35_000))),
    expected: /it is larger than 10 MB/,
  },
  {
    title: 'one value of 50 MB',
    lay: () => write('scalar.yaml', `${AFLOAT}hostname: ${'a'.repeat(50 * MB)}\n`),
    expected: /it is larger than 10 MB/,
  },
  {
    title: '50 MB of nesting',
    lay: () => write('deep50.yaml', '['.repeat(50 * MB)),
    expected: /it is larger than 10 MB/,
  },
  {
    title: 'one value of 9 MB',
    lay: () => write('long.yaml', `${AFLOAT}hostname: ${'a'.repeat(9 * MB)}\n`),
    expected: /butane\/bad-hostname/,
  },
  {
    title: '9 MB of lists',
    lay: () => write('items.yaml', `${AFLOAT}hostnam:\n${'- a\n'.repeat((9 * MB) / 4)}`),
    expected: /butane\/too-many-pieces/,
  },
  {
    title: '9 MB of empty mappings',
    lay: () => write('maps.yaml', `${AFLOAT}storage: {files: [${'{},'.repeat(3 * MB)}]}\n`),
    expected: /butane\/too-many-pieces/,
  },
  {
    title: '10,000 levels of brackets',
    lay: () => write('flow.yaml', `${AFLOAT}x-a: ${'['.repeat(10_000)}${']'.repeat(10_000)}\n`),
    expected: /butane\/too-deep/,
  },
  {
    title: '10,000 levels of indentation',
    lay: () =>
      write('block.yaml', `${AFLOAT}x-a:\n${many(10_000, (at) => `${' '.repeat((at % 1000) + 1)}a:\n`)}`),
    expected: /butane\/(too-deep|bad-yaml)/,
  },
  {
    title: '10,000 levels of dashes',
    lay: () => write('dashes.yaml', `${AFLOAT}x-a:\n  ${'- '.repeat(10_000)}a\n`),
    expected: /butane\/too-deep/,
  },
  {
    title: 'a number of a million digits',
    lay: () => write('digits.yaml', `${AFLOAT}passwd: {users: [{name: a, uid: ${'9'.repeat(1_000_000)}}]}\n`),
    expected: /butane\/wrong-type/,
  },
  {
    title: 'numbers beyond any range',
    lay: () =>
      write(
        'numbers.yaml',
        `${AFLOAT}storage: {files: [{path: /a, mode: 0x${'f'.repeat(400)}}, {path: /b, mode: 1e308}, {path: /c, mode: -9007199254740993}]}\n`,
      ),
    expected: /butane\/wrong-type[\s\S]*butane\/wrong-type[\s\S]*butane\/wrong-type/,
  },
  {
    title: 'files that include each other',
    lay: () => {
      write('cycle/a.yaml', 'include: b.yaml\n')
      write('cycle/b.yaml', 'include: [c.yaml, a.yaml]\n')
      write('cycle/c.yaml', 'include: a.yaml\n')
      return write('cycle/main.yaml', `${AFLOAT}include: a.yaml\n`)
    },
    expected: /butane\/include-cycle[\s\S]*butane\/include-cycle/,
  },
  {
    title: 'includes that multiply',
    lay: () => {
      for (let at = 0; at < 99; at++)
        write(
          `fan/${at}.yaml`,
          `include: [${Array(50)
            .fill(`${at + 1}.yaml`)
            .join()}, ${(at * 7) % 99}.yaml]\n`,
        )
      write('fan/99.yaml', '')
      return write('fan/main.yaml', `${AFLOAT}include: 0.yaml\n`)
    },
    expected: /butane\/include-too-deep/,
  },
  {
    title: 'a link out of the folder',
    lay: () => {
      mkdirSync(join(dir, 'jail'), { recursive: true })
      symlinkSync('/etc/passwd', join(dir, 'jail/link.yaml'))
      symlinkSync('/', join(dir, 'jail/root'))
      return write('jail/main.yaml', `${AFLOAT}include: [link.yaml, root/etc/passwd, ../laughs.yaml]\n`)
    },
    expected: /(lies outside the folder of the first file[\s\S]*){3}/,
  },
  {
    title: 'a device and a folder of links to itself',
    lay: () => {
      mkdirSync(join(dir, 'loops'), { recursive: true })
      symlinkSync('.', join(dir, 'loops/here'))
      symlinkSync('loop', join(dir, 'loops/loop'))
      return write('loops/main.yaml', `${AFLOAT}include: [loop, "${'here/'.repeat(60)}main.yaml"]\n`)
    },
    expected: /too many symbolic links[\s\S]*butane\/include-cycle/,
  },
  {
    title: 'a local file of 50 MB',
    lay: () => {
      write('files/large', new Uint8Array(50 * MB).fill(97))
      return write('large.yaml', `${FLATCAR}${fileOf('local: large')}`)
    },
    args: ['--files-dir', 'files'],
    expected: /local files are larger than 32 MB together/,
  },
  {
    title: 'a local file that never ends',
    lay: () => {
      mkdirSync(join(dir, 'endless'), { recursive: true })
      symlinkSync('/dev/zero', join(dir, 'endless/zero'))
      return write('endless.yaml', `${FLATCAR}${fileOf('local: zero')}`)
    },
    args: ['--files-dir', 'endless'],
    expected: /is no regular file/,
  },
  {
    title: 'a tree in a tree of links',
    lay: () => {
      mkdirSync(join(dir, 'tree/t'), { recursive: true })
      for (const name of 'abcdefgh') symlinkSync('..', join(dir, `tree/t/${name}`))
      return write('tree.yaml', `${FLATCAR}storage: {trees: [{local: t}, {local: ${'t/a/'.repeat(30)}t}]}\n`)
    },
    args: ['--files-dir', 'tree'],
    expected: /matching filesystem node has existing contents/,
  },
]

for (const { title, lay, args = [], expected } of bombs)
  test(`config compile ends in a clear error, soon and in little memory: ${title}`, (t) => {
    const { exit, err, cost } = run(lay(), args)
    t.diagnostic(`${cost.userSeconds.toFixed(2)} s, ${(cost.memoryBytes / MB).toFixed(0)} MB`)
    assert.equal(exit, 1, err.slice(0, 1000))
    assert.match(err.slice(0, 100_000), expected)
    assert.ok(err.length < 200_000, `a report of ${err.length} characters`)
    assert.ok(cost.userSeconds < mostUserSeconds, `${cost.userSeconds} s`)
    assert.ok(cost.memoryBytes < mostMemoryBytes, `${cost.memoryBytes / MB} MB`)
  })
