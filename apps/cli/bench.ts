import { join } from 'node:path'
import { benchB2c, formatB2c } from '@afloat/bench/b2c'
import { type BootBench, type BootBenchInputs, type BootTimes, benchBoot, total } from '@afloat/bench/boot'
import { benchConfig, formatConfig } from '@afloat/bench/config'
import { formatSize, largestFiles, sizeOfCompiler, sizesOf } from '@afloat/bench/sizes'
import { benchUpdate, formatUpdate, type UpdateBenchInputs } from '@afloat/bench/update'
import { ensureWebImage } from '@afloat/build/example-image'
import { ensureImage } from '@afloat/build/image'
import { repoDir } from '@afloat/build/paths'
import { ensureToolsTree } from '@afloat/build/tools-tree'
import { readVersion } from '@afloat/build/version'
import { Command, InvalidArgumentError } from 'commander'
import { compileFile } from './compile-file.ts'
import { ExampleMachine } from './example-machine.ts'
import { type Progress, progress } from './progress.ts'

/** `afloat bench`: measurements beside a floor or a peer of the same run. */
export function benchCommand(): Command {
  const bench = new Command('bench').description('Measure, each time beside a floor of the same run')
  bench
    .command('boot')
    .description(
      'Power-on to the first answer of a container, by stage, beside an init that powers off at once',
    )
    .option('--runs <n>', 'rounds to measure', readRuns, 3)
    .option('--json', 'print one JSON object')
    .action(boot)
  bench
    .command('b2c')
    .description(
      'Power-on to the first line of a container without an operating system, cold and warm, beside crun as init',
    )
    .option('--runs <n>', 'rounds to measure', readRuns, 3)
    .option('--os', 'boot the image with systemd and podman beside it, as "bench boot" does')
    .option('--json', 'print one JSON object')
    .action(b2c)
  bench
    .command('update')
    .description(
      'An update by soft reboot beside a full reboot of the same machine, and writing a slot beside dd',
    )
    .option('--runs <n>', 'rounds to measure', readRuns, 2)
    .option('--json', 'print one JSON object')
    .action(update)
  bench
    .command('config')
    .description('Compiling a config: one as a process beside an empty one, and many beside JSON.parse')
    .option('--runs <n>', 'rounds to measure', readRuns, 5)
    .option('--json', 'print one JSON object')
    .action(config)
  bench
    .command('sizes')
    .description(
      'Sizes of what an image consists of and of the compiler in a browser, beside their budgets, and the largest files of /usr',
    )
    .option('--json', 'print one JSON object')
    .action(sizes)
  return bench
}

async function boot(options: { runs: number; json?: true }): Promise<void> {
  const show = progress()
  const inputs = await bootInputs(show)
  const result = await show.stage('Boots', () => benchBoot(inputs, options.runs))
  console.log(options.json ? JSON.stringify(result) : formatBoot(result))
}

async function bootInputs(show: Progress): Promise<BootBenchInputs> {
  const tools = await show.stage('Tools tree', () => ensureToolsTree())
  const image = await ensureImage({ version: readVersion(), stage: show.stage })
  const webImage = await ensureWebImage()
  const { ignitionJson } = compileFile(join(repoDir, 'examples/web.yaml'), {})
  return { tools, image, webImage, ignitionJson: ignitionJson! }
}

async function b2c(options: { runs: number; os?: true; json?: true }): Promise<void> {
  const show = progress()
  const osInputs = options.os ? await bootInputs(show) : undefined
  const tools = await show.stage('Tools tree', () => ensureToolsTree())
  const result = await show.stage('Boots', () => benchB2c(tools, options.runs))
  const os = osInputs && (await show.stage('Boots of the image', () => benchBoot(osInputs, options.runs)))
  if (options.json) return console.log(JSON.stringify(os === undefined ? result : { ...result, os }))
  console.log(formatB2c(result))
  if (os !== undefined) console.log(`\n${formatBoot(os)}`)
}

async function update(options: { runs: number; json?: true }): Promise<void> {
  const show = progress()
  const example = new ExampleMachine(show)
  try {
    const accel = await example.boot('bench-update', '1.0.0')
    const inputs: UpdateBenchInputs = {
      machine: example.machine,
      startLoad: (container) => example.startLoad(container),
      waitForAnswers: (load) => example.waitForAnswers(load),
      update: (round) => example.update({ version: `1.${round + 1}.0` }, { pollMs: 5000 }),
      reboot: (load) => example.reboot(load),
      bundleUrl: () => example.bundleUrl,
    }
    const result = await benchUpdate(inputs, options.runs)
    console.log(options.json ? JSON.stringify({ accel, ...result }) : formatUpdate(result, accel))
  } finally {
    await example.release()
  }
}

function config(options: { runs: number; json?: true }): void {
  const result = benchConfig(options.runs)
  console.log(options.json ? JSON.stringify(result) : formatConfig(result))
}

async function sizes(options: { json?: true }): Promise<void> {
  const image = await ensureImage({ version: readVersion(), stage: (_, run) => run() })
  const rows = [...sizesOf(image), await sizeOfCompiler()]
  const largest = await largestFiles(image, 10)
  if (options.json) return console.log(JSON.stringify({ sizes: rows, largest }))
  console.log(
    [...rows.map(formatSize), '', 'Largest files of /usr, in bytes before compression:', ...largest].join(
      '\n',
    ),
  )
}

function formatBoot(result: BootBench): string {
  const parts = Object.keys(result.later) as (keyof BootTimes)[]
  const seconds = (ms: number) => `${(ms / 1000).toFixed(2).padStart(7)} s`
  const share = (ms: number) => `${Math.round((100 * ms) / result.laterTotalMs)} %`.padStart(6)
  return [
    `Power-on to the first answer of a container (${result.accel}, medians of ${result.runs} rounds)`,
    '',
    'stage         later boot         first boot',
    ...parts.map(
      (name) =>
        `${name.padEnd(11)} ${seconds(result.later[name])} ${share(result.later[name])}  ${seconds(result.first[name])}`,
    ),
    `${'total'.padEnd(11)} ${seconds(result.laterTotalMs)}         ${seconds(total(result.first))}`,
    '',
    `${'floor'.padEnd(11)} ${seconds(result.floorMs)}   same kernel and initramfs, init powers off at once`,
    `Power-on to the start of systemd: ${result.ratio.median.toFixed(2)} x floor (${result.ratio.min.toFixed(2)} to ${result.ratio.max.toFixed(2)})`,
  ].join('\n')
}

function readRuns(text: string): number {
  if (!/^[1-9]\d?$/.test(text)) throw new InvalidArgumentError('Expected a number from 1 to 99')
  return Number(text)
}
