import { generateKey } from '@afloat/build/keys'
import { Command } from 'commander'

/** `afloat key`: keys that sign releases. */
export function keyCommand(): Command {
  const key = new Command('key').description('Make keys that sign releases')
  key
    .command('generate')
    .description('Make a key pair: NAME.key signs releases and stays secret, machines are given NAME.pub')
    .requiredOption('-o, --output <name>', 'path of the two files without their endings')
    .option('--json', 'print the public key as JSON')
    .action(generate)
  return key
}

async function generate(options: { output: string; json?: true }): Promise<void> {
  const { output } = options
  const { id, text } = await generateKey(output)
  const [privateFile, publicFile] = [`${output}.key`, `${output}.pub`]
  console.log(
    options.json
      ? JSON.stringify({
          apiVersion: 'afloat/v1',
          kind: 'PublicKey',
          id,
          publicKey: text,
          privateFile,
          publicFile,
        })
      : [
          `Key ${id}`,
          `Private: ${privateFile} (signs releases; keep it secret, and a copy in a safe place)`,
          `Public:  ${publicFile}`,
          `For the YAML of machines, under updates.public_keys: "${text}"`,
        ].join('\n'),
  )
}
