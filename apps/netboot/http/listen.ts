import { createServer, type Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import { listenError } from '../errors.ts'
import type { App } from './app.ts'

export type HttpServer = { readonly port: number; stop(): Promise<void> }

/** A request here is a line and a few headers, and a machine that boots sends it at once. */
const limits = {
  maxHeaderSize: 8 * 1024,
  headersTimeout: 10_000,
  requestTimeout: 10_000,
  connectionsCheckingInterval: 2000,
  keepAliveTimeout: 10_000,
}
/** How long a client may take nothing of what is sent to it. */
const stalledMs = 30_000
const mostConnections = 512
const graceMs = 1000

/** Serves the app on a port, with TLS when there is a key. Throws `netboot/address`. */
export async function listenHttp(
  app: App,
  at: {
    readonly address: string
    readonly port: number
    readonly tls?: { readonly key: string; readonly cert: string }
  },
): Promise<HttpServer> {
  const { address, port, tls } = at
  const listener = getRequestListener(app.fetch)
  const http: Server =
    tls === undefined ? createServer(limits, listener) : createTlsServer({ ...limits, ...tls }, listener)
  http.setTimeout(stalledMs)
  http.maxConnections = mostConnections
  await new Promise<void>((resolve, reject) => {
    http.once('error', (cause: NodeJS.ErrnoException) =>
      reject(listenError(tls === undefined ? 'HTTP' : 'HTTPS', at, cause)),
    )
    http.listen(port, address, resolve)
  })
  return {
    port: (http.address() as AddressInfo).port,
    async stop() {
      const closed = new Promise<void>((resolve) => http.close(() => resolve()))
      http.closeIdleConnections()
      const timer = setTimeout(() => http.closeAllConnections(), graceMs)
      await closed
      clearTimeout(timer)
    },
  }
}
