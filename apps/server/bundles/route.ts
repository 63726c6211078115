import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { Hono } from 'hono'
import type { ServerContext } from '../server-context.ts'
import { packageFile, packagesPath } from './package-path.ts'
import { sendBytes } from './send-bytes.ts'

/** GET and HEAD of bundles, whole or one range of bytes, streamed from disk. Anybody may: bundles are signed, not secret. */
export function packagesRoute(server: ServerContext): Hono {
  const route = new Hono()
  // Hono answers HEAD with this as well, and throws the body away; it must not be opened then.
  route.get(`${packagesPath}:sha256{[0-9a-f]{64}}/:name`, async (context) => {
    const { sha256, name } = context.req.param()
    const found = await server.db
      .selectFrom('packages')
      .select('sha256')
      .where('sha256', '=', sha256)
      .where('file_name', '=', name)
      .executeTakeFirst()
    const path = packageFile(server.dataDir, sha256)
    const size = found === undefined ? undefined : await sizeOf(path)
    if (size === undefined) return context.text('No such package\n', 404)
    return sendBytes(context, {
      sizeBytes: size,
      etag: `"${sha256}"`,
      // A file never changes: its checksum is in its address.
      cacheControl: 'public, max-age=31536000, immutable',
      stream: (start, end) => createReadStream(path, { start, end, highWaterMark: 256 * 1024 }),
    })
  })
  return route
}

async function sizeOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).size
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
