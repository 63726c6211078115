import { Readable } from 'node:stream'
import type { ReadableStream } from 'node:stream/web'
import type { Context } from 'hono'
import { parseRange } from './range.ts'

/** Something that can be sent in parts. */
export type ServedBytes = {
  readonly sizeBytes: number
  /** Changes with the contents; in quotes. */
  readonly etag: string
  readonly cacheControl: string
  /** Both ends count. Not called where the answer has no body. */
  stream(first: number, last: number): Readable
}

/** Answers GET and HEAD, whole or with one range of bytes, under the usual conditions. */
export function sendBytes(context: Context, bytes: ServedBytes): Response {
  const { sizeBytes: size, etag } = bytes
  const headers: Record<string, string> = {
    'Accept-Ranges': 'bytes',
    ETag: etag,
    'Cache-Control': bytes.cacheControl,
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
  const isEmpty = context.req.method === 'HEAD' || size === 0
  const body = isEmpty ? null : toWeb(bytes.stream(first, last))
  return new Response(body, { status: range === 'whole' ? 200 : 206, headers })
}

function toWeb(stream: Readable): globalThis.ReadableStream {
  return Readable.toWeb(stream) as ReadableStream as globalThis.ReadableStream
}

function matches(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false
  return header.trim() === '*' || header.split(',').some((one) => one.trim().replace(/^W\//, '') === etag)
}
