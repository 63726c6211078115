import { copyFile, rename } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { type BuiltRelease, bundleName, ensureRelease } from '@afloat/build/release'
import { readVersion } from '@afloat/build/version'
import { Command } from 'commander'
import { Interrupted, interruptible } from './interrupt.ts'
import { claimOutputDir } from './output-file.ts'
import { progress } from './progress.ts'
import { releaseInspectCommand } from './release-inspect.ts'
import { publishCommand } from './release-publish.ts'
import { summarizeRelease } from './release-summary.ts'
import { releaseVerifyCommand } from './release-verify.ts'

/** `afloat release`: bundles that machines update from. */
export function releaseCommand(): Command {
  return new Command('release')
    .description('Build and check releases, the signed bundles that machines update from')
    .addCommand(buildCommand())
    .addCommand(releaseVerifyCommand())
    .addCommand(releaseInspectCommand())
    .addCommand(publishCommand())
}

type BuildArguments = {
  version: string
  key?: string
  output?: string
  overlay: string[]
  notes?: string
  minimumVersion?: string
  cmdlineAppend?: string
  initramfsStamp?: string
  json?: true
}

function buildCommand(): Command {
  return new Command('build')
    .description('Build a release and sign it; stages whose inputs are unchanged are reused')
    .option('--version <version>', 'version of the release (MAJOR.MINOR.PATCH)', readVersion())
    .option(
      '-k, --key <file>',
      'private key that signs it, default a key of this computer for trying things out',
    )
    .option('-o, --output <dir>', 'put the bundle into this folder')
    .option(
      '--overlay <dir>',
      'copy usr/ and etc/ of this folder over the release; may be given again',
      collect,
      [],
    )
    .option('--notes <text>', 'what people should know about it')
    .option('--minimum-version <version>', 'machines that run an older version must take another one first')
    .option('--cmdline-append <text>', 'further parameters of the kernel')
    .option('--initramfs-stamp <text>', 'make the initramfs another one, so that machines must reboot fully')
    .option('--json', 'print the manifest and path instead of a summary')
    .action(build)
}

function collect(value: string, earlier: string[]): string[] {
  return [...earlier, value]
}

async function build(options: BuildArguments): Promise<void> {
  const { output, json, ...rest } = options
  try {
    await interruptible(async () => {
      if (output !== undefined) await claimOutputDir(resolve(output))
      const built = await ensureRelease({ ...rest, stage: progress().stage })
      const path = output === undefined ? built.path : await copyBundle(built, resolve(output))
      const { manifest, signedBy } = built
      console.log(
        json
          ? JSON.stringify({ apiVersion: 'afloat/v1', kind: 'Bundle', path, signedBy: signedBy.id, manifest })
          : [
              ...(await summarizeRelease(manifest, path)),
              `Signed by:    ${signedBy.id}`,
              `File:         ${path}`,
            ].join('\n'),
      )
    })
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error
    console.error('Stopped; what was finished is kept for the next build')
    process.exitCode = 130
  }
}

/** Returns where the bundle is now. */
async function copyBundle(built: BuiltRelease, dir: string): Promise<string> {
  const target = join(dir, bundleName(built.manifest.version))
  const partial = `${target}.partial-${process.pid}`
  await copyFile(built.path, partial)
  await rename(partial, target)
  return target
}
