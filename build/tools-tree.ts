import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { AfloatError } from '@afloat/report'
import { cacheDir, cached, keyOf, prune, readList } from './cache.ts'
import { repoDir } from './paths.ts'
import { ensureRequirements } from './requirements.ts'
import { runProgram } from './run-program.ts'

/** Debian release of everything Afloat builds with and ships. */
export const suite = 'trixie'

/**
 * A Debian root with the programs that Afloat builds and tests with, entered by chroot.
 * Paths of the checkout, the cache and the temporary folder mean the same inside as outside.
 */
export type ToolsTree = {
  readonly dir: string
  /** Stands for the package list that it was made of. */
  readonly key: string
  /** The command that starts a program of the tree, for what starts programs itself. */
  command(argv: readonly string[], cwd?: string): string[]
  /** Starts a program of the tree. It dies with this process, however this process ends. */
  spawn(argv: readonly string[], options?: SpawnOptions): ChildProcess
  /** Runs a program of the tree to its end and returns what it printed; throws `tool/failed` otherwise. */
  run(
    argv: readonly string[],
    options?: { input?: string | Uint8Array; cwd?: string; env?: NodeJS.ProcessEnv },
  ): Promise<string>
}

/** Returns the tools tree, made by mmdebstrap when its package list changed or nothing is there yet. */
export async function ensureToolsTree(onBuild: () => void = () => {}): Promise<ToolsTree> {
  return await ensureTree('tools', 'image/tools.packages', { keep: 2, onBuild })
}

/** Same for another tree of programs: `kind` is its folder in the cache, `list` the path of its package list. */
export async function ensureTree(
  kind: string,
  list: string,
  { keep, onBuild }: { keep: number; onBuild: () => void },
): Promise<ToolsTree> {
  const key = await treeKey(list)
  const dir = await cached(kind, key, async (partial) => {
    onBuild()
    const packages = (await readList(join(repoDir, list))).join(',')
    await mmdebstrap(['--variant=minbase', `--include=${packages}`], join(partial, 'root'))
  })
  await prune(kind, keep)
  return toolsTree(join(dir, 'root'), key)
}

/** Returns the key of such a tree without making it. */
export async function treeKey(list: string): Promise<string> {
  return keyOf({ suite, packages: await readList(join(repoDir, list)), version: 1 })
}

/** Runs mmdebstrap of the machine, installed if need be; needs root. Uses the mirror that it chooses by itself. */
export async function mmdebstrap(args: readonly string[], target: string): Promise<void> {
  if (process.getuid?.() !== 0) {
    throw new AfloatError('tool/not-root', 'Cannot unpack Debian packages: not running as root', {
      hint: 'Run the same command with sudo',
    })
  }
  await ensureRequirements()
  // In a process namespace of its own: if this process dies, so does everything that mmdebstrap started.
  const contained = [
    'setpriv',
    '--pdeathsig',
    'KILL',
    'unshare',
    '--mount',
    '--pid',
    '--fork',
    '--kill-child',
    '--mount-proc',
  ]
  const command = ['mmdebstrap', '--quiet', ...args, '--format=directory', suite, target]
  await runProgram([...contained, ...command], {
    name: command.join(' '),
    env: { ...process.env, SOURCE_DATE_EPOCH: '0', TMPDIR: await tmpDir() },
    hint: 'Install the package "mmdebstrap" (apt-get install mmdebstrap) and check that Debian mirrors are reachable',
  })
}

/** A temporary folder on the disk of the cache; /tmp may be small and in memory. */
async function tmpDir(): Promise<string> {
  const dir = join(cacheDir(), 'tmp')
  await mkdir(dir, { recursive: true })
  return dir
}

function toolsTree(dir: string, key: string): ToolsTree {
  const shared = [...new Set([repoDir, cacheDir(), '/tmp', '/run'])].filter((path) => existsSync(path))
  const command = (argv: readonly string[], cwd = repoDir): string[] => [
    'unshare',
    '--mount',
    '--propagation',
    'slave',
    'sh',
    '-c',
    enterScript,
    'enter-tools-tree',
    dir,
    cwd,
    String(shared.length),
    ...shared,
    ...argv,
  ]
  return {
    dir,
    key,
    command,
    spawn(argv, options = {}) {
      const [program, ...args] = command(argv, String(options.cwd ?? process.cwd()))
      return spawn(program!, args, { ...options, cwd: '/', env: toolsEnv(options.env) })
    },
    run(argv, options = {}) {
      const { cwd, env, ...rest } = options
      return runProgram(command(argv, cwd), {
        ...rest,
        cwd: '/',
        env: toolsEnv(env),
        name: argv.join(' '),
      })
    },
  }
}

function toolsEnv(env: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  return { ...env, PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C.UTF-8' }
}

// `exec` all the way down: the process that Node knows is the program itself, so a signal reaches it.
// setpriv's parent-death signal is the last resort when Node is killed.
const enterScript = `set -e
tree=$1 cwd=$2 n=$3; shift 3
for d in dev proc sys; do mount --rbind "/$d" "$tree/$d"; done
while [ "$n" -gt 0 ]; do mkdir -p "$tree$1"; mount --rbind "$1" "$tree$1"; shift; n=$((n - 1)); done
exec setpriv --pdeathsig KILL chroot "$tree" env -C "$cwd" "$@"`
