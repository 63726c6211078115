import { tokenFile } from '@afloat/server/api/token'
import { type RunningServer, startServer } from '@afloat/server/start'
import { Command, InvalidArgumentError } from 'commander'
import { httpUrl } from './http-url.ts'
import { Interrupted, interruptible } from './interrupt.ts'
import { port } from './port.ts'
import { dataDirOption } from './server-data-dir.ts'

type ServerArguments = {
  dataDir: string
  host: string
  port: number
  publicUrl?: string
  pollInterval?: number
}

/** `afloat server`: the fleet server. */
export function serverCommand(): Command {
  return new Command('server')
    .description('Tell machines which release to run, and serve it to them, until stopped with Ctrl-C')
    .addOption(dataDirOption())
    .option('--host <address>', 'address to listen on; 0.0.0.0 for machines elsewhere', '127.0.0.1')
    .option('--port <port>', 'port to listen on; 0 for one that is free', port, 8080)
    .option('--public-url <url>', 'where machines reach this server, when it is behind a proxy', httpUrl)
    .option('--poll-interval <seconds>', 'tell machines how often to ask (they know themselves)', seconds)
    .action(serve)
}

async function serve(options: ServerArguments): Promise<void> {
  const { dataDir, host, port, publicUrl, pollInterval } = options
  try {
    await interruptible(async (signal) => {
      const server = await startServer({
        dataDir,
        host,
        port,
        log: (line) => console.error(`${new Date().toISOString()} ${line}`),
        ...(publicUrl === undefined ? {} : { publicUrl }),
        ...(pollInterval === undefined ? {} : { pollIntervalSeconds: pollInterval }),
      })
      console.error(describe(server, dataDir))
      if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve))
      await server.stop()
    })
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error
    console.error('Stopped the server')
  }
}

function describe(server: RunningServer, dataDir: string): string {
  return [
    `Fleet server at ${server.url}`,
    `  Machines ask at    ${server.url}/v1/update/`,
    `  Data directory     ${dataDir}`,
    `  Token to publish   ${tokenFile(dataDir)}`,
  ].join('\n')
}

function seconds(text: string): number {
  const number = Number(text)
  if (/^\d{1,6}$/.test(text) && number >= 1) return number
  throw new InvalidArgumentError('Expected a whole number of seconds, at least 1.')
}
