import { mkdir } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import { removeAddress, writeAddress } from './address-file.ts'
import { ensureToken } from './api/token.ts'
import { createApp } from './app.ts'
import { baseUrlOf, formatUrl } from './base-url.ts'
import { prepareStore } from './bundles/store-bundle.ts'
import { openDatabase } from './database/open.ts'
import { serverError } from './errors.ts'

export type ServerOptions = {
  /** Made if it is not there. */
  readonly dataDir: string
  /** Address to listen on; default 127.0.0.1. */
  readonly host?: string
  /** Default 8080; 0 for any that is free. */
  readonly port?: number
  /** Where machines reach the server, when that is not the address they asked at (behind a proxy). */
  readonly publicUrl?: string
  /** Tells machines after how many seconds to ask again; default: they know themselves. */
  readonly pollIntervalSeconds?: number
  readonly log?: (line: string) => void
}

export type RunningServer = {
  readonly url: string
  readonly port: number
  /** For publishing and for what the API tells. */
  readonly token: string
  /** Ends what is being answered after a moment, and closes the database. */
  stop(): Promise<void>
}

/** How long answers in progress may take after `stop()`. */
const graceMs = 2000

/** An upload of a whole release over a slow line. */
const requestTimeoutMs = 60 * 60_000

/**
 * Starts the fleet server.
 * Throws `server/data-dir`, `server/data-dir-in-use`, `server/damaged-data`, `server/newer-data`, `server/address`.
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { dataDir, host = '127.0.0.1', port = 8080 } = options
  const log = options.log ?? (() => {})
  await makeDataDir(dataDir)
  const db = await openDatabase(dataDir)
  try {
    await prepareStore(dataDir)
    const token = await ensureToken(dataDir)
    const app = createApp({
      db,
      dataDir,
      token,
      log,
      now: () => new Date(),
      baseUrl: baseUrlOf(options.publicUrl),
      pollIntervalSeconds: options.pollIntervalSeconds,
    })
    const http = createServer({ requestTimeout: requestTimeoutMs }, getRequestListener(app.fetch))
    const address = await listen(http, host, port)
    const url = formatUrl(host, address.port)
    await writeAddress(dataDir, url)
    return {
      url,
      port: address.port,
      token,
      async stop() {
        await removeAddress(dataDir)
        await close(http)
        await db.destroy()
      },
    }
  } catch (error) {
    await db.destroy()
    throw error
  }
}

async function makeDataDir(dataDir: string): Promise<void> {
  try {
    await mkdir(dataDir, { recursive: true, mode: 0o700 })
  } catch (cause) {
    throw serverError('server/data-dir', `Cannot make the data directory "${dataDir}": ${reason(cause)}`, {
      cause,
      hint: 'Give --data-dir a directory that you can write to',
    })
  }
}

function listen(http: Server, host: string, port: number): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    http.once('error', (cause: NodeJS.ErrnoException) => {
      const taken = cause.code === 'EADDRINUSE'
      const problem = taken ? 'another program listens there' : reason(cause)
      const hint = taken ? 'Stop that program, or give --port another one' : 'Check --host and --port'
      reject(
        serverError('server/address', `Cannot listen on ${host} port ${port}: ${problem}`, { cause, hint }),
      )
    })
    http.listen(port, host, () => resolve(http.address() as AddressInfo))
  })
}

async function close(http: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => http.close(() => resolve()))
  http.closeIdleConnections()
  const timer = setTimeout(() => http.closeAllConnections(), graceMs)
  await closed
  clearTimeout(timer)
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
