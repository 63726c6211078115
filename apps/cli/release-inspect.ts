import { openBundle } from '@afloat/build/read-bundle'
import { Command } from 'commander'
import { summarizeRelease } from './release-summary.ts'
import { collectKeys, trustedKeys } from './trusted-keys.ts'
import { failVerification } from './verification-failure.ts'

/** `afloat release inspect`: what is in a bundle. */
export function releaseInspectCommand(): Command {
  return new Command('inspect')
    .description('Show the manifest of a bundle; its signature is checked, its payload is not')
    .argument('<BUNDLE>', 'file that ends in .afloat')
    .option(
      '-k, --key <file>',
      'public key that must have signed it; may be given again; default the key of this computer',
      collectKeys,
      [],
    )
    .option('--json', 'print the manifest as JSON')
    .action(inspect)
}

async function inspect(path: string, options: { key: string[]; json?: true }): Promise<void> {
  const trusted = await trustedKeys(options.key)
  try {
    const { manifest, signedBy } = await openBundle(path, trusted)
    console.log(
      options.json
        ? JSON.stringify(manifest)
        : [...(await summarizeRelease(manifest, path)), `Signed by:    ${signedBy.id}`].join('\n'),
    )
  } catch (error) {
    failVerification(error, { json: options.json ?? false })
  }
}
