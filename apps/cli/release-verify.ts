import { verifyBundle } from '@afloat/build/read-bundle'
import { Command } from 'commander'
import { progress } from './progress.ts'
import { collectKeys, trustedKeys } from './trusted-keys.ts'
import { failVerification } from './verification-failure.ts'

/** `afloat release verify`: is a bundle whole, and signed by whom it should be? */
export function releaseVerifyCommand(): Command {
  return new Command('verify')
    .description(
      'Check the signature and every byte of a bundle; exit code 7 when something is wrong with it',
    )
    .argument('<BUNDLE>', 'file that ends in .afloat')
    .option(
      '-k, --key <file>',
      'public key that must have signed it; may be given again; default the key of this computer',
      collectKeys,
      [],
    )
    .option('--json', 'print the result as JSON')
    .action(verify)
}

async function verify(path: string, options: { key: string[]; json?: true }): Promise<void> {
  const trusted = await trustedKeys(options.key)
  try {
    const { manifest, signedBy, fileBytes } = await progress().stage('Verify', () =>
      verifyBundle(path, trusted),
    )
    const { version, usrRootHash } = manifest
    const result = { apiVersion: 'afloat/v1', kind: 'Verification', ok: true, version, usrRootHash }
    console.log(
      options.json
        ? JSON.stringify({ ...result, signedBy: signedBy.id, bytes: fileBytes })
        : `${path}: whole, ${version}, signed by ${signedBy.id}`,
    )
  } catch (error) {
    failVerification(error, { json: options.json ?? false, details: { ok: false } })
  }
}
