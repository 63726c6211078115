import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type OmahaRequest, parseRequest, type RequestEvent } from '@afloat/omaha'
import { answerCheck, bundleName } from './hostile/answer-check.ts'
import type { HostileBehaviour } from './hostile/behaviours.ts'
import { type BentBundle, bendBundle } from './hostile/bent-bundle.ts'
import { sendAll, slowly } from './hostile/send.ts'
import { sendBundle } from './hostile/send-bundle.ts'

export { type HostileBehaviour, hostileBehaviours } from './hostile/behaviours.ts'

export type HostileOptions = {
  readonly behaviour: HostileBehaviour
  /** A good bundle: what is wrong with it is made while it is sent. */
  readonly bundle: string
  /** Default: any that is free, of 127.0.0.1. */
  readonly port?: number
  /** Where machines reach it; default: the address that they asked at. */
  readonly publicUrl?: string
}

/** What it was asked for; tests look at it. */
export type SeenRequest = {
  readonly method: string
  readonly path: string
  readonly range: string | undefined
}

export type HostileServer = {
  readonly url: string
  readonly port: number
  readonly seen: readonly SeenRequest[]
  /** The events that clients reported, in their order. */
  readonly events: readonly RequestEvent[]
  stop(): Promise<void>
}

/**
 * Starts an update server that behaves badly in one way. It offers its bundle to everybody who asks at /v1/update,
 * whatever they run.
 */
export async function startHostileServer(options: HostileOptions): Promise<HostileServer> {
  const { behaviour } = options
  const bundle = await bendBundle(options.bundle, behaviour)
  const seen: SeenRequest[] = []
  const events: RequestEvent[] = []
  let attempt = 0
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = request.url ?? ''
    seen.push({ method: request.method ?? '', path, range: request.headers.range })
    if (behaviour === 'redirect-loop' || behaviour === 'redirect-file') {
      const target = behaviour === 'redirect-file' ? 'file:///etc/passwd' : path
      response.writeHead(307, { Location: target }).end()
    } else if (/^\/v1\/update\/?$/.test(path)) {
      const asked = parseRequest(await textOf(request))
      events.push(...asked.apps.flatMap((app) => app.events))
      const baseUrl = options.publicUrl ?? `http://${request.headers.host}`
      await sendAnswer(response, asked, { behaviour, bundle, baseUrl })
    } else if (path === `/bundles/${bundleName}`) {
      await sendBundle(request, response, { behaviour, bundle, attempt: attempt++ })
    } else {
      response.writeHead(404).end()
    }
  }
  const http = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => response.destroy(error as Error))
  })
  await new Promise<void>((resolve, reject) => {
    http.once('error', reject)
    http.listen(options.port ?? 0, '127.0.0.1', resolve)
  })
  const { port } = http.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    seen,
    events,
    async stop() {
      const closed = new Promise((resolve) => http.close(resolve))
      http.closeAllConnections()
      await closed
      await bundle.close()
    },
  }
}

async function sendAnswer(
  response: ServerResponse,
  request: OmahaRequest,
  how: { behaviour: HostileBehaviour; bundle: BentBundle; baseUrl: string },
): Promise<void> {
  const { status, body } = answerCheck(request, how)
  response.writeHead(status, { 'Content-Type': 'text/xml' })
  if (how.behaviour === 'slow-xml') return await sendAll(response, slowly([Buffer.from([...body].join(''))]))
  await sendAll(response, body)
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString()
}
