import { type PackName, packNames } from '@afloat/build/boot2container/packs'
import type { B2cKernel } from '@afloat/build/boot2container/parts'
import { type Command, Option } from 'commander'
import { readPacks } from './b2c-packs.ts'

export type PartsOptions = {
  with?: PackName[]
  seed?: string[]
  ca?: string[]
  kernel: B2cKernel
}

/** Options of what builds something to boot: packs, images, authorities, kernel. */
export function partsOptions(command: Command, defaults: { kernel: B2cKernel }): Command {
  return command
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

/** Collects the values of an option that may be repeated. */
export function addText(text: string, before: string[] = []): string[] {
  return [...before, text]
}
