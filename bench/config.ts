import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { repoDir } from '@afloat/build/paths'
import { compileConfig } from '@afloat/butane'
import { formatIgnition } from '@afloat/ignition'
import { median } from './median.ts'

/** Milliseconds and bytes of one program, from its start to its end. */
type ProcessCost = { readonly ms: number; readonly maxRssBytes: number }

export type ConfigBench = {
  readonly runs: number
  /** One small file compiled by a process of its own, beside one that does nothing, and beside butane where that is at hand. */
  readonly process: {
    readonly compile: ProcessCost
    readonly floor: ProcessCost
    readonly butane: { readonly ms: number } | undefined
  }
  /** Many files compiled by one process that is warm, beside reading the JSON that they become. */
  readonly many: {
    readonly configs: number
    readonly compileMs: number
    readonly parseMs: number
    readonly ratio: number
  }
}

const example = join(repoDir, 'examples/web.yaml')
const manyConfigs = 1000
/** Has a process tell at its end how much memory it had at most. */
const tellMemory = `data:text/javascript,${encodeURIComponent(
  'process.on("exit",()=>process.stderr.write("\\nrss "+process.resourceUsage().maxRSS))',
)}`

/** Measures how long compiling takes and what memory it needs. `runs` processes of each kind take turns. */
export function benchConfig(runs: number): ConfigBench {
  const compile: ProcessCost[] = []
  const floor: ProcessCost[] = []
  const butane: number[] = []
  const isButaneThere = spawnSync('butane', ['--version']).status === 0
  for (let run = 0; run < runs; run++) {
    floor.push(runNode(['-e', '0']))
    compile.push(runNode([join(repoDir, 'apps/cli/main.ts'), 'config', 'compile', example]))
    if (isButaneThere) butane.push(timed(() => spawnSync('butane', [join(repoDir, 'examples/flatcar.yaml')])))
  }
  return {
    runs,
    process: {
      compile: middle(compile),
      floor: middle(floor),
      butane: isButaneThere ? { ms: median(butane) } : undefined,
    },
    many: benchMany(runs),
  }
}

function benchMany(runs: number): ConfigBench['many'] {
  const text = readFileSync(example, 'utf8')
  const texts = Array.from({ length: manyConfigs }, (_, index) =>
    text.replace(/^hostname: .*$/m, `hostname: web-${index}`),
  )
  const written = texts.map((one) => formatIgnition(compileConfig(one).ignition!))
  const compileMs: number[] = []
  const parseMs: number[] = []
  for (let run = 0; run < runs; run++) {
    compileMs.push(timed(() => texts.map((one) => formatIgnition(compileConfig(one).ignition!))))
    parseMs.push(timed(() => written.map((one) => JSON.parse(one) as unknown)))
  }
  const [compile, parse] = [median(compileMs), median(parseMs)]
  return { configs: manyConfigs, compileMs: compile, parseMs: parse, ratio: compile / parse }
}

function runNode(args: readonly string[]): ProcessCost {
  const start = performance.now()
  const { status, stderr } = spawnSync(process.execPath, [`--import=${tellMemory}`, ...args], {
    encoding: 'utf8',
  })
  const ms = performance.now() - start
  const kib = Number(/rss (\d+)$/.exec(stderr)?.[1])
  if (status !== 0 || Number.isNaN(kib)) throw new Error(`node ${args.join(' ')} failed:\n${stderr}`)
  return { ms, maxRssBytes: kib * 1024 }
}

function timed(work: () => unknown): number {
  const start = performance.now()
  work()
  return performance.now() - start
}

function middle(costs: readonly ProcessCost[]): ProcessCost {
  return {
    ms: median(costs.map(({ ms }) => ms)),
    maxRssBytes: median(costs.map(({ maxRssBytes }) => maxRssBytes)),
  }
}

export function formatConfig({ runs, process: one, many }: ConfigBench): string {
  const cost = ({ ms, maxRssBytes }: ProcessCost) =>
    `${ms.toFixed(0)} ms, ${(maxRssBytes / 1e6).toFixed(0)} MB`
  return [
    `Compiling a config (medians of ${runs} rounds)`,
    '',
    `One, as a process   ${cost(one.compile)}`,
    `node -e 0           ${cost(one.floor)}: ${(one.compile.ms / one.floor.ms).toFixed(2)} x`,
    one.butane === undefined
      ? 'butane              not at hand'
      : `butane              ${one.butane.ms.toFixed(0)} ms: ${(one.compile.ms / one.butane.ms).toFixed(2)} x`,
    `${many.configs} in one process  ${many.compileMs.toFixed(0)} ms; JSON.parse of what they become ${many.parseMs.toFixed(0)} ms: ${many.ratio.toFixed(0)} x`,
  ].join('\n')
}
