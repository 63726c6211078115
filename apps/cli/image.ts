import { copyFile, mkdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { ensureImage } from '@afloat/build/image'
import { Command } from 'commander'
import { readVersion } from './version.ts'

/** `afloat image build` */
export function imageCommand(): Command {
  const image = new Command('image').description('Build operating system images')
  image
    .command('build')
    .description('Build the image of a release from Debian packages')
    .option('--version <version>', 'version of the release (MAJOR.MINOR.PATCH)', readVersion())
    .option('--output <dir>', 'also copy the artefacts to this folder')
    .action(build)
  return image
}

async function build(options: { version: string; output?: string }): Promise<void> {
  const built = await ensureImage({
    version: options.version,
    stage: async (name, run) => {
      const start = Date.now()
      const result = await run()
      console.error(`${name}: ${((Date.now() - start) / 1000).toFixed(1)} s`)
      return result
    },
  })
  console.log(built.dir)
  for (const artefact of built.manifest.artefacts) console.log(artefact.name, artefact.bytes)
  if (options.output === undefined) return
  const target = resolve(options.output)
  await mkdir(target, { recursive: true })
  for (const name of [...built.manifest.artefacts.map((artefact) => artefact.name), 'manifest.json']) {
    await copyFile(join(built.dir, name), join(target, name))
  }
}
