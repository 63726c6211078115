import type { Architecture } from '@afloat/build/architecture'
import { type PackName, packNames } from '@afloat/build/boot2container/packs'
import type { B2cKernel } from '@afloat/build/boot2container/parts'
import { type Command, Option } from 'commander'
import { readPacks } from './b2c-packs.ts'

export type PartsOptions = {
  with?: PackName[]
  seed?: string[]
  ca?: string[]
  kernel: B2cKernel
  arch: Architecture
}

/** Options of what builds something to boot: processor, packs, images, authorities, kernel. */
export function partsOptions(command: Command, defaults: { kernel: B2cKernel }): Command {
  return command
    .addOption(archOption())
    .option('--with <packs>', `packs, by comma: ${packNames.join(', ')}`, readPacks)
    .option(
      '--seed <image.tar>',
      'image that machines have from the start, an OCI archive (repeatable)',
      addText,
    )
    .option(
      '--ca <file.pem>',
      'certificate of an authority that machines shall trust too (repeatable)',
      addText,
    )
    .addOption(
      new Option('--kernel <kind>', 'for virtual machines, or for all hardware')
        .choices(['vm', 'metal'])
        .default(defaults.kernel),
    )
}

/** The processor that something is for. */
export function archOption(): Option {
  return new Option('--arch <name>', 'processor').choices(['x86_64', 'aarch64']).default('x86_64')
}

/** Collects the values of an option that may be repeated. */
export function addText(text: string, before: string[] = []): string[] {
  return [...before, text]
}
