import { copyFile, rename } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { formatSize, sizesOf } from '@afloat/bench/sizes'
import { type BuiltImage, ensureImage } from '@afloat/build/image'
import { readVersion } from '@afloat/build/version'
import { Command } from 'commander'
import { Interrupted, interruptible } from './interrupt.ts'
import { claimOutputDir } from './output-file.ts'
import { progress } from './progress.ts'

/** `afloat image`: operating system images. */
export function imageCommand(): Command {
  const image = new Command('image').description('Build operating system images')
  image
    .command('build')
    .description(
      'Build the image of a release from Debian packages; stages whose inputs are unchanged are reused',
    )
    .option('--version <version>', 'version of the release (MAJOR.MINOR.PATCH)', readVersion())
    .option('-o, --output <dir>', 'also put the artefacts and manifest.json into this folder')
    .option('--json', 'print the manifest instead of a summary')
    .action(build)
  return image
}

async function build(options: { version: string; output?: string; json?: true }): Promise<void> {
  try {
    await interruptible(async () => {
      if (options.output !== undefined) await claimOutputDir(resolve(options.output))
      const built = await ensureImage({ version: options.version, stage: progress().stage })
      if (options.output !== undefined) await copyArtefacts(built, resolve(options.output))
      console.log(options.json ? JSON.stringify(built.manifest) : summary(built, options.output))
    })
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error
    console.error('Stopped; what was finished is kept for the next build')
    process.exitCode = 130
  }
}

/** The manifest comes last: where it is, everything it names is there and whole. */
async function copyArtefacts(built: BuiltImage, target: string): Promise<void> {
  for (const name of [...built.manifest.artefacts.map((artefact) => artefact.name), 'manifest.json']) {
    const partial = join(target, `.${name}.partial`)
    await copyFile(join(built.dir, name), partial)
    await rename(partial, join(target, name))
  }
}

function summary(built: BuiltImage, output: string | undefined): string {
  const { version, usrRootHash, kernel, packages } = built.manifest
  return [
    `Afloat ${version}, kernel ${kernel}, ${packages.length} packages`,
    `Root hash of /usr: ${usrRootHash}`,
    ...sizesOf(built).map(formatSize),
    `Files: ${output ?? built.dir}`,
  ].join('\n')
}
