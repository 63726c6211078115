import { loadSigner } from '@afloat/build/sign-arguments'
import { Command } from 'commander'
import { readConfig } from './read-config.ts'

/** `afloat b2c sign`: extra arguments that machines with the public key accept. */
export function signCommand(): Command {
  return new Command('sign')
    .description('Sign a file of extra arguments; the result goes to standard output')
    .argument('<FILE>', 'parameters, - for standard input')
    .requiredOption('-k, --key <FILE>', 'private key, as "afloat key generate" makes it')
    .action(async (file: string, { key }: { key: string }) => {
      const signer = await loadSigner(key)
      process.stdout.write(signer.sign(readConfig(file === '-' ? 0 : file)))
    })
}
