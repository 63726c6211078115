import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { Readable } from 'node:stream'
import type { ReadableStream } from 'node:stream/web'
import { type Context, Hono } from 'hono'
import type { ServerContext } from '../server-context.ts'
import { packageFile, packagesPath } from './package-path.ts'
import { parseRange } from './range.ts'

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
    return sendFile(context, path, size, `"${sha256}"`)
  })
  return route
}

function sendFile(context: Context, path: string, size: number, etag: string): Response {
  const headers: Record<string, string> = {
    'Accept-Ranges': 'bytes',
    ETag: etag,
    // A file never changes: its checksum is in its address.
    'Cache-Control': 'public, max-age=31536000, immutable',
    'Content-Type': 'application/octet-stream',
  }
  if (matches(context.req.header('If-None-Match'), etag)) return context.body(null, 304, headers)
  const condition = context.req.header('If-Range')
  const range =
    condition !== undefined && condition.trim() !== etag
      ? 'whole'
      : parseRange(context.req.header('Range'), size)
  if (range === 'unsatisfiable')
    return context.body(null, 416, { 'Accept-Ranges': 'bytes', 'Content-Range': `bytes */${size}` })
  const { first, last } = range === 'whole' ? { first: 0, last: size - 1 } : range
  headers['Content-Length'] = String(last - first + 1)
  if (range !== 'whole') headers['Content-Range'] = `bytes ${first}-${last}/${size}`
  const body = context.req.method === 'HEAD' ? null : openRange(path, first, last)
  return new Response(body, { status: range === 'whole' ? 200 : 206, headers })
}

function openRange(path: string, start: number, end: number): globalThis.ReadableStream {
  const file = createReadStream(path, { start, end, highWaterMark: 256 * 1024 })
  return Readable.toWeb(file) as ReadableStream as globalThis.ReadableStream
}

function matches(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false
  return header.trim() === '*' || header.split(',').some((one) => one.trim().replace(/^W\//, '') === etag)
}

async function sizeOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).size
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
