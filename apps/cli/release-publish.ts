import { verifyBundle } from '@afloat/build/read-bundle'
import { readAddress } from '@afloat/server/address-file'
import { readToken, tokenFile } from '@afloat/server/api/token'
import { publishRelease, type ServerAddress } from '@afloat/server/publish-release'
import { Command, Option } from 'commander'
import { Interrupted, interruptible } from './interrupt.ts'
import { progress } from './progress.ts'
import { dataDirOption } from './server-data-dir.ts'
import { collectKeys, trustedKeys } from './trusted-keys.ts'
import { failVerification } from './verification-failure.ts'

type PublishArguments = {
  channel: string
  key: string[]
  server?: string
  dataDir: string
  tokenFile?: string
  json?: true
}

const defaultServer = 'http://127.0.0.1:8080'

/** `afloat release publish`: a bundle to a channel of a fleet server. */
export function publishCommand(): Command {
  return new Command('publish')
    .description('Send a bundle to a running fleet server: machines of the channel update to it')
    .argument('<BUNDLE>', 'file that ends in .afloat')
    .requiredOption('-c, --channel <name>', 'channel that gets it: stable, beta or alpha')
    .addOption(
      new Option('--server <url>', 'the server (default: the one of the data directory)').env(
        'AFLOAT_SERVER',
      ),
    )
    .addOption(dataDirOption())
    .addOption(
      new Option(
        '--token-file <file>',
        'file with the token of the server (default: the one in the data directory)',
      ).env('AFLOAT_TOKEN_FILE'),
    )
    .option(
      '-k, --key <file>',
      'public key that must have signed it; may be given again; default the key of this computer',
      collectKeys,
      [],
    )
    .option('--json', 'print the result as JSON')
    .action(publish)
}

async function publish(file: string, options: PublishArguments): Promise<void> {
  const { channel, json } = options
  const server = await serverOf(options)
  if (!(await isGood(file, options))) return
  try {
    await interruptible(async () => {
      const published = await progress().stage('Publish', () => publishRelease(server, { file, channel }))
      const { version, previousVersion } = published
      const before = previousVersion === version ? 'as before' : `before: ${previousVersion ?? 'nothing'}`
      console.log(
        json
          ? JSON.stringify({ apiVersion: 'afloat/v1', kind: 'Publication', ...published })
          : `Channel "${channel}" has ${version} (${before})`,
      )
    })
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error
    console.error('Stopped; the channel has what it had')
    process.exitCode = 130
  }
}

/** Machines would refuse it: better said here, before anything is sent. */
async function isGood(file: string, options: PublishArguments): Promise<boolean> {
  const trusted = await trustedKeys(options.key)
  try {
    await progress().stage('Verify', () => verifyBundle(file, trusted))
    return true
  } catch (error) {
    failVerification(error, { json: options.json ?? false })
    return false
  }
}

/** Who has the data directory may publish; from elsewhere, who has a copy of the token. */
async function serverOf(options: PublishArguments): Promise<ServerAddress> {
  const token = await readToken(options.tokenFile ?? tokenFile(options.dataDir))
  return { url: options.server ?? (await readAddress(options.dataDir)) ?? defaultServer, token }
}
