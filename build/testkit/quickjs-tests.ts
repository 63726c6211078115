import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'
import { cacheDir } from '../cache.ts'
import { repoDir } from '../paths.ts'
import type { ToolsTree } from '../tools-tree.ts'
import { mapStack } from './map-stack.ts'
import { parseTap } from './parse-tap.ts'
import { markedEnv } from './processes.ts'
import { runsPerProperty } from './property-runs.ts'
import { add, nothing, type Tally } from './tally.ts'

type Options = {
  tree: ToolsTree
  seed: number
  soak: boolean
  deadlineMs: number
  /** Default: one for each processor. */
  processes?: number
  print?: (line: string) => void
}

/** Bundles test files for QuickJS, runs them there in several processes, and prints the failures. */
export async function runQuickjsTests(files: readonly string[], options: Options): Promise<Tally> {
  const shares = Math.min(options.processes ?? availableParallelism(), files.length)
  // By turns, as the slow ones are often beside each other.
  const parts = Array.from({ length: shares }, (_, share) => files.filter((_, at) => at % shares === share))
  const tallies = await Promise.all(parts.map((part) => runPart(part, options)))
  return tallies.reduce(add, nothing)
}

async function runPart(files: readonly string[], options: Options): Promise<Tally> {
  const print = options.print ?? console.log
  const tmp = join(cacheDir(), 'tmp')
  await mkdir(tmp, { recursive: true })
  const dir = await mkdtemp(join(tmp, 'quickjs-'))
  try {
    const bundle = join(dir, 'tests.js')
    await bundleTests(files, bundle, options)
    const run = await runQjs(options.tree, bundle, options.deadlineMs)
    const places = JSON.parse(await readFile(`${bundle}.map`, 'utf8'))
    const { tally, failures, complete, last } = parseTap(run.stdout)
    if (failures.length > 0) print(mapStack(failures.join('\n'), bundle, places))
    if (complete && run.code === (tally.failed > 0 ? 1 : 0)) return tally
    print(`✖ qjs ended with ${run.how} before all tests were done; the last one to end was "${last}"`)
    if (run.stderr !== '') print(mapStack(run.stderr.trimEnd().replaceAll(/^/gm, '    '), bundle, places))
    return add(tally, { passed: 0, failed: 1, skipped: 0 })
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}

async function bundleTests(files: readonly string[], outfile: string, options: Options): Promise<void> {
  await build({
    stdin: {
      contents: entry(files, options),
      resolveDir: repoDir,
      loader: 'ts',
      sourcefile: 'quickjs-tests',
    },
    bundle: true,
    outfile,
    format: 'esm',
    platform: 'neutral',
    target: 'es2023',
    sourcemap: 'external',
    mainFields: ['module', 'main'],
    external: ['std', 'os'],
    alias: {
      'node:test': join(repoDir, 'build/testkit/qjs/test.ts'),
      'node:assert/strict': join(repoDir, 'build/testkit/qjs/assert.ts'),
      'node:assert': join(repoDir, 'build/testkit/qjs/assert.ts'),
    },
    logLevel: 'warning',
  })
}

/**
 * Each file is imported on its own, in turn, so that one that throws does not stop the others.
 * All of it is inside a function: under a top-level await qjs sleeps until the next timer between any two steps.
 */
function entry(files: readonly string[], options: Options): string {
  const numRuns = options.soak ? runsPerProperty.soak : runsPerProperty.quick
  return [
    `import './build/testkit/qjs/globals.ts'`,
    `import { finish, testFile } from './build/testkit/qjs/test.ts'`,
    `import fc from 'fast-check'`,
    `fc.configureGlobal({ seed: ${options.seed}, numRuns: ${numRuns} })`,
    `async function main() {`,
    ...files.map(
      (file) => `await testFile(${JSON.stringify(file)}, () => import(${JSON.stringify(`./${file}`)}))`,
    ),
    `std.exit(finish())`,
    `}`,
    `main()`,
  ].join('\n')
}

type QjsRun = { code: number | null; how: string; stdout: string; stderr: string }

function runQjs(tree: ToolsTree, bundle: string, deadlineMs: number): Promise<QjsRun> {
  // QuickJS calls a rejection unhandled when nobody waits at that very moment, so an async function that throws
  // before its first await would end the program, even inside try. Node finds the promises really forgotten.
  const child = tree.spawn(['qjs', '--no-unhandled-rejection', '--std', '--module', bundle], {
    cwd: repoDir,
    env: markedEnv(process.env),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let stdout = ''
  let stderr = ''
  child.stdout!.setEncoding('utf8').on('data', (text: string) => (stdout += text))
  child.stderr!.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  let late = false
  const timer = setTimeout(() => {
    late = true
    child.kill('SIGKILL')
  }, deadlineMs)
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code, signal) => {
      clearTimeout(timer)
      const end = signal === null ? `exit code ${code}` : `signal ${signal}`
      resolve({ code, how: late ? `${end} after ${deadlineMs / 1000} s` : end, stdout, stderr })
    })
  })
}
