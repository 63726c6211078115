import { AfloatError } from '@afloat/report'
import { type Context, Hono } from 'hono'
import { apiRoute } from './api/route.ts'
import { packagesRoute } from './bundles/route.ts'
import { httpStatus, serverError } from './errors.ts'
import { omahaRoute } from './omaha/route.ts'
import type { ServerContext } from './server-context.ts'

/** All that the server answers. Testable without a socket: `app.request(…)`. */
export function createApp(server: ServerContext): Hono {
  const app = new Hono({ strict: false })
  app.get('/healthz', (context) => context.text('ok\n'))
  app.route('/', omahaRoute(server))
  app.route('/', packagesRoute(server))
  app.route('/', apiRoute(server))
  app.notFound((context) => problem(context, serverError('server/not-found', 'Nothing is here')))
  app.onError((error, context) => {
    if (error instanceof AfloatError) return problem(context, error)
    server.log(
      `Bug, while answering ${context.req.method} ${context.req.path}: ${error.stack ?? error.message}`,
    )
    return problem(context, serverError('server/internal', 'Server has failed; its log says why'))
  })
  return app
}

/** Source: RFC 9457 */
function problem(context: Context, error: AfloatError): Response {
  const status = httpStatus(error.code)
  const body = { title: error.message, status, code: error.code, ...(error.hint ? { hint: error.hint } : {}) }
  return context.body(JSON.stringify(body), status, { 'Content-Type': 'application/problem+json' })
}
