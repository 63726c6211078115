import { Hono } from 'hono'
import { findChannel, receiveRelease } from '../bundles/publish.ts'
import type { ServerContext } from '../server-context.ts'
import { listInstances } from './instances.ts'
import { requireToken } from './token.ts'

/** The JSON API. All of it wants the token. */
export function apiRoute(server: ServerContext): Hono {
  const route = new Hono()
  const authorised = requireToken(server.token)
  route.get('/v1/instances', authorised, async (context) =>
    context.json({ instances: await listInstances(server.db) }),
  )
  route.get('/v1/channels/:name', authorised, async (context) => {
    const name = context.req.param('name')
    const { version } = await findChannel(server.db, name, 'amd64')
    return context.json({ name, architecture: 'amd64', version })
  })
  /** The body is the bundle. Answers what the channel has then. */
  route.put('/v1/channels/:name/release', authorised, async (context) => {
    const name = context.req.param('name')
    const published = await receiveRelease(server, name, context.req.raw.body ?? empty())
    server.log(
      `Published ${published.version} to channel "${name}" (was: ${published.previousVersion ?? 'nothing'})`,
    )
    return context.json(published)
  })
  return route
}

async function* empty(): AsyncIterable<Uint8Array> {}
