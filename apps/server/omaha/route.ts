import { formatResponse, omahaLimits, parseRequest } from '@afloat/omaha'
import { xmlProlog } from '@afloat/omaha/xml/format-xml'
import { AfloatError } from '@afloat/report'
import { type Context, Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import type { ServerContext } from '../server-context.ts'
import { answer } from './answer.ts'

/**
 * POST /v1/update and /v1/update/. What clients expect of errors: 400 above 64 KiB, and a document without any content
 * when the request cannot be read.
 */
export function omahaRoute(server: ServerContext): Hono {
  const route = new Hono({ strict: false })
  const limit = bodyLimit({
    maxSize: omahaLimits.requestBytes,
    onError: (context) => context.text('Request is too large\n', 400),
  })
  route.post('/v1/update', limit, async (context) => {
    let request: ReturnType<typeof parseRequest>
    try {
      const bytes = await context.req.arrayBuffer()
      request = parseRequest(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
    } catch (error) {
      const problem = error instanceof AfloatError ? error.message : 'it is not UTF-8'
      server.log(`Cannot read an Omaha request: ${problem}`)
      return xml(context, `${xmlProlog}\n`)
    }
    const response = await answer(server.db, request, {
      baseUrl: server.baseUrl(context.req.raw),
      now: server.now(),
      pollIntervalSeconds: server.pollIntervalSeconds,
    })
    return xml(context, formatResponse(response))
  })
  route.all('/v1/update', (context) => context.text('Omaha is spoken by POST\n', 405, { Allow: 'POST' }))
  return route
}

/** Go's clients compare the media type as a text: no parameters. */
function xml(context: Context, text: string): Response {
  return context.body(text, 200, { 'Content-Type': 'text/xml' })
}
