import { resolve } from 'node:path'
import { b2cSizes, formatSize } from '@afloat/bench/sizes'
import type { Architecture } from '@afloat/build/architecture'
import { type PackName, packNames } from '@afloat/build/boot2container/packs'
import type { B2cKernel } from '@afloat/build/boot2container/parts'
import { buildB2c } from '@afloat/build/boot2container/release'
import { Command, Option } from 'commander'
import { readPacks } from './b2c-packs.ts'
import { Interrupted, interruptible } from './interrupt.ts'
import { progress } from './progress.ts'

type BuildOptions = {
  output: string
  with?: PackName[]
  seed?: string[]
  ca?: string[]
  all?: true
  arch: Architecture
  kernel: B2cKernel
  json?: true
}

/** `afloat b2c build`: kernel, initramfs and packs. */
export function buildCommand(): Command {
  return new Command('build')
    .description('Build the kernel and the initramfs that boot straight into containers')
    .option('-o, --output <dir>', 'folder for the files and manifest.json', 'b2c')
    .option('--with <packs>', `packs, by comma: ${packNames.join(', ')}`, readPacks)
    .option('--seed <image.tar>', 'image that machines have from the start, an OCI archive (repeatable)', add)
    .option('--ca <file.pem>', 'certificate of an authority that machines shall trust too (repeatable)', add)
    .option('--all', 'also write initramfs.all: base and packs in one file')
    .addOption(new Option('--arch <name>', 'processor').choices(['x86_64', 'aarch64']).default('x86_64'))
    .addOption(
      new Option('--kernel <kind>', 'for virtual machines, or for all hardware')
        .choices(['vm', 'metal'])
        .default('vm'),
    )
    .option('--json', 'print the manifest instead of sizes')
    .action(build)
}

async function build(options: BuildOptions): Promise<void> {
  const output = resolve(options.output)
  try {
    await interruptible(async () => {
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

function add(path: string, before: string[] = []): string[] {
  return [...before, path]
}
