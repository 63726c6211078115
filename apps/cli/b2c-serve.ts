import { isIP } from 'node:net'
import { ipxeDir } from '@afloat/netboot/images/ipxe'
import { logTo } from '@afloat/netboot/log'
import { problemOf } from '@afloat/netboot/site'
import { type RunningNetboot, startNetboot } from '@afloat/netboot/start'
import { AfloatError } from '@afloat/report'
import { Command, InvalidArgumentError } from 'commander'
import { httpUrl } from './http-url.ts'
import { Interrupted, interruptible } from './interrupt.ts'
import { port } from './port.ts'

type ServeArguments = {
  machines: string
  listen: string
  port: number
  http: boolean
  tls?: string
  tlsPort: number
  name?: string[]
  tftp?: number | true
  ipxe: string
  publicUrl?: string
  json?: true
}

const tftpPort = 69

/** `afloat b2c serve`: what machines boot from over the network. */
export function serveCommand(): Command {
  return new Command('serve')
    .description(
      'Serve a kernel and initramfs to machines that boot over the network, until stopped with Ctrl-C',
    )
    .argument('<DIR>', 'folder that afloat b2c build --output has written')
    .requiredOption(
      '-m, --machines <FILE>',
      'YAML file that says which machine boots what; read again when it changes',
    )
    .option('--listen <address>', 'address to listen on; 0.0.0.0 for machines elsewhere', '127.0.0.1')
    .option('--port <port>', 'port for HTTP; 0 for one that is free', port, 8080)
    .option('--no-http', 'only HTTPS')
    .option('--tls <DIR>', 'HTTPS too, by an authority of its own that is made and kept in this folder')
    .option('--tls-port <port>', 'port for HTTPS; 0 for one that is free', port, 8443)
    .option(
      '--name <NAME>',
      'name or address that machines know this computer by, for --tls; may be repeated',
      collect,
    )
    .option('--tftp [port]', `iPXE and its first script over TFTP, on port ${tftpPort} or this one`, port)
    .option('--ipxe <DIR>', 'folder with undionly.kpxe and ipxe.efi, for --tftp', ipxeDir)
    .option('--public-url <url>', 'where machines reach this server, when it is behind something', parseBase)
    .option('--json', 'print what happens as JSON Lines on standard output')
    .action(serve)
}

async function serve(imagesDir: string, options: ServeArguments, command: Command): Promise<void> {
  const { tls, tftp, publicUrl, json = false } = options
  if (!options.http && tls === undefined)
    command.error("error: option '--no-http' needs '--tls <DIR>'", { exitCode: 2 })
  try {
    await interruptible(async (signal) => {
      const server = await startNetboot({
        imagesDir,
        machinesPath: options.machines,
        address: options.listen,
        ...(options.http ? { httpPort: options.port } : {}),
        ...(tls === undefined ? {} : { tls: { dir: tls, port: options.tlsPort } }),
        ...(options.name === undefined ? {} : { names: options.name }),
        ...(tftp === undefined
          ? {}
          : { tftp: { ipxeDir: options.ipxe, port: tftp === true ? tftpPort : tftp } }),
        ...(publicUrl === undefined ? {} : { publicUrl }),
        log: logTo((line) => (json ? process.stdout : process.stderr).write(line), { json }),
      })
      console.error(describe(server))
      if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve))
      await server.stop()
    })
  } catch (error) {
    if (error instanceof AfloatError && error.code === 'netboot/bad-machines') console.error(problemOf(error))
    if (!(error instanceof Interrupted)) throw error
    console.error('Stopped the server')
  }
}

function describe({ scriptUrls, tftpPort, tls, summary }: RunningNetboot): string {
  return [
    `Netboot server for ${summary}`,
    ...scriptUrls.map((url) => `  iPXE starts from    ${url}`),
    ...(tftpPort === undefined
      ? []
      : [`  TFTP                port ${tftpPort}: undionly.kpxe (BIOS), ipxe.efi (UEFI)`]),
    ...(tls === undefined
      ? []
      : [`  Machines trust      ${tls.authorityPath}`, `  SHA-256             ${tls.fingerprint}`]),
  ].join('\n')
}

function collect(value: string, earlier: readonly string[] = []): string[] {
  if (isIP(value) !== 0 || /^[A-Za-z0-9.-]{1,253}$/.test(value)) return [...earlier, value]
  throw new InvalidArgumentError('Expected a host name or an IP address.')
}

function parseBase(text: string): string {
  const url = httpUrl(text).replace(/\/+$/, '')
  if (/[?#\s]/.test(url)) throw new InvalidArgumentError('Expected a URL without a query.')
  return url
}
