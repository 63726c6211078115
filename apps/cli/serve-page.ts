import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { AfloatError } from '@afloat/report'

export type PageServer = { readonly url: string; stop(): Promise<void> }

/** Serves one HTML page to this computer, at 127.0.0.1. Port 0 is one that is free. Throws `config/port-in-use`. */
export async function servePage(html: string, port: number): Promise<PageServer> {
  const body = Buffer.from(html)
  const server = createServer((request, response) => answer(request, response, body))
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => reject(listenProblem(cause, port)))
    server.listen(port, '127.0.0.1', resolve)
  })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    async stop() {
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeAllConnections()
      await closed
    },
  }
}

function answer({ method, url }: IncomingMessage, response: ServerResponse, body: Buffer): void {
  const isPage = url?.replace(/\?.*/, '') === '/'
  if (!isPage || (method !== 'GET' && method !== 'HEAD')) {
    response.writeHead(isPage ? 405 : 404, { 'content-type': 'text/plain; charset=utf-8' })
    response.end(isPage ? 'Not allowed\n' : 'Not found\n')
    return
  }
  response.writeHead(200, {
    'content-type': 'text/html; charset=utf-8',
    'content-length': body.length,
    'cache-control': 'no-cache',
    'x-content-type-options': 'nosniff',
    // The page has a policy of its own; this is what only a header can say.
    'content-security-policy': "frame-ancestors 'none'",
  })
  response.end(method === 'HEAD' ? undefined : body)
}

function listenProblem(cause: NodeJS.ErrnoException, port: number): Error {
  if (cause.code !== 'EADDRINUSE' && cause.code !== 'EACCES') return cause
  const reason = cause.code === 'EACCES' ? 'this user may not' : 'another program does'
  return new AfloatError('config/port-in-use', `Cannot listen on port ${port}: ${reason}`, {
    cause,
    hint: 'Choose another one with --port, or 0 for one that is free',
  })
}
