import { networkInterfaces, hostname as ownName } from 'node:os'
import { formatUrl } from '@afloat/server/base-url'
import { type NetbootFile, textFile } from './files.ts'
import { createApp } from './http/app.ts'
import { type HttpServer, listenHttp } from './http/listen.ts'
import { findIpxe } from './images/ipxe.ts'
import type { Log } from './log.ts'
import { setting } from './script/format-cmdline.ts'
import { chainScript } from './script/scripts.ts'
import { describeSite, LiveSite } from './site.ts'
import { startTftp, type TftpServer } from './tftp/start.ts'
import { ensureTls, type ServerTls } from './tls/ensure-authority.ts'

export type NetbootOptions = {
  readonly imagesDir: string
  readonly machinesPath: string
  /** Address to listen on. */
  readonly address: string
  /** Port for HTTP; 0 for any that is free, undefined for none. */
  readonly httpPort?: number
  /** Folder for the certificates, and the port for HTTPS. */
  readonly tls?: { readonly dir: string; readonly port: number }
  /** What machines call this computer, besides its addresses: for the certificate. */
  readonly names?: readonly string[]
  /** Folder with iPXE, and the port to serve it from. */
  readonly tftp?: { readonly ipxeDir: string; readonly port: number }
  /** Where machines reach this server, when it is behind something. */
  readonly publicUrl?: string
  readonly log: Log
  readonly pollMs?: number
}

export type RunningNetboot = {
  /** What DHCP is to hand out to iPXE: the first is the best. */
  readonly scriptUrls: readonly string[]
  readonly tftpPort?: number
  readonly tls?: ServerTls
  /** How many machines there are, for people. */
  readonly summary: string
  stop(): Promise<void>
}

/**
 * Starts everything that machines boot from. Throws what `LiveSite.open` throws, and `netboot/address`, `netboot/tls`,
 * `netboot/no-ipxe`.
 */
export async function startNetboot(options: NetbootOptions): Promise<RunningNetboot> {
  const { address, log, publicUrl } = options
  const ipxe = options.tftp === undefined ? new Map() : findIpxe(options.tftp.ipxeDir)
  const tls = options.tls === undefined ? undefined : await ensureTls(options.tls.dir, namesOf(options))
  const site = await LiveSite.open(options)
  const running: { stop(): Promise<void> }[] = [{ stop: async () => site.close() }]
  const stop = async (): Promise<void> => {
    for (const one of running.splice(0).reverse()) await one.stop()
  }
  try {
    let plainPort: number | undefined
    const app = createApp({ site, ipxe, log, plainUrl: (asked) => publicUrl ?? plainUrl(asked, plainPort) })
    const listen = async (port: number | undefined, withTls?: ServerTls): Promise<HttpServer | undefined> => {
      if (port === undefined) return undefined
      const server = await listenHttp(app, {
        address,
        port,
        ...(withTls === undefined ? {} : { tls: withTls }),
      })
      running.push(server)
      return server
    }
    const https = await listen(options.tls?.port, tls)
    const http = await listen(options.httpPort)
    plainPort = http?.port
    const urls = [
      ...(https === undefined ? [] : [formatUrl(address, https.port, 'https')]),
      ...(http === undefined ? [] : [formatUrl(address, http.port)]),
    ]
    const tftp = await startScripts(options, { ipxe, base: publicUrl ?? nextServer(http, https) })
    if (tftp !== undefined) running.push(tftp)
    return {
      scriptUrls: (publicUrl === undefined ? urls : [publicUrl]).map((url) => `${url}/boot.ipxe`),
      summary: describeSite(site.current),
      ...(tftp === undefined ? {} : { tftpPort: tftp.port }),
      ...(tls === undefined ? {} : { tls }),
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}

/** iPXE looks for `autoexec.ipxe` where it came from itself; Source: iPXE, src/usr/autoboot.c */
async function startScripts(
  { tftp, address, log }: NetbootOptions,
  { ipxe, base }: { ipxe: ReadonlyMap<string, NetbootFile>; base: string },
): Promise<TftpServer | undefined> {
  if (tftp === undefined) return undefined
  const script = textFile('autoexec.ipxe', chainScript(`${base}/`))
  const files = new Map([...ipxe, ['autoexec.ipxe', script], ['boot.ipxe', script]])
  return await startTftp({ address, port: tftp.port, find: (name) => files.get(name), log })
}

function plainUrl(asked: string, port: number | undefined): string {
  const { origin, hostname } = new URL(asked)
  return port === undefined ? origin : `http://${hostname}:${port}`
}

/**
 * A machine that came by TFTP knows this computer by the address that it asked. It is led on by HTTP where that is on: its
 * iPXE may not know the authority, and what came by TFTP could have been anything.
 */
function nextServer(http: HttpServer | undefined, https: HttpServer | undefined): string {
  const host = setting('next-server')
  return http === undefined ? `https://${host}:${https!.port}` : `http://${host}:${http.port}`
}

/** All that a machine could call this computer. */
function namesOf({ address, publicUrl, names: more = [] }: NetbootOptions): string[] {
  const isEverywhere = address === '0.0.0.0' || address === '::'
  const own = Object.values(networkInterfaces()).flatMap((all) => (all ?? []).map((one) => one.address))
  const names = [
    ...(publicUrl === undefined ? [] : [new URL(publicUrl).hostname.replace(/^\[|\]$/g, '')]),
    ...more,
    ...(isEverywhere ? [ownName(), ...own.filter((one) => !one.startsWith('fe80:'))] : [address]),
    'localhost',
    '127.0.0.1',
  ]
  return [...new Set(names)]
}
