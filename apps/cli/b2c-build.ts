import { resolve } from 'node:path'
import { b2cSizes, formatSize } from '@afloat/bench/sizes'
import { buildB2c } from '@afloat/build/boot2container/release'
import { Command } from 'commander'
import { type PartsOptions, partsOptions } from './b2c-parts-options.ts'
import { Interrupted, interruptible } from './interrupt.ts'
import { claimOutputDir } from './output-file.ts'
import { progress } from './progress.ts'

type BuildOptions = PartsOptions & {
  output: string
  all?: true
  json?: true
}

/** `afloat b2c build`: kernel, initramfs and packs. */
export function buildCommand(): Command {
  const command = new Command('build')
    .description('Build the kernel and the initramfs that boot straight into containers')
    .option('-o, --output <dir>', 'folder for the files and manifest.json', 'b2c')
  return partsOptions(command, { kernel: 'vm' })
    .option('--all', 'also write initramfs.all: base and packs in one file')
    .option('--json', 'print the manifest instead of sizes')
    .action(build)
}

async function build(options: BuildOptions): Promise<void> {
  const output = resolve(options.output)
  try {
    await interruptible(async () => {
      await claimOutputDir(output)
      const manifest = await buildB2c(
        {
          architecture: options.arch,
          kernel: options.kernel,
          packs: options.with ?? [],
          seeds: options.seed ?? [],
          authorities: options.ca ?? [],
          joined: options.all === true,
          output,
        },
        progress().stage,
      )
      if (options.json) return console.log(JSON.stringify(manifest))
      const rows = b2cSizes(manifest, options.kernel)
      console.log([...rows.map(formatSize), `Files: ${options.output}`].join('\n'))
    })
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error
    console.error('Stopped; what was finished is kept for the next build')
    process.exitCode = 130
  }
}
