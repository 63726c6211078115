import { createCipheriv, createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'

/** A server before an S3 server that encrypts objects with the keys of its clients, which the S3 server never sees. */
export type SseFront = { readonly port: number; stop(): Promise<void> }

const prefix = 'x-amz-server-side-encryption-customer-'

/**
 * Starts one. Objects that came with a key are given back to who has it only, and their ETag is no MD5 of their contents.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/ServerSideEncryptionCustomerKeys.html
 */
export async function startSseFront(
  s3Port: number,
  tls?: { readonly key: string; readonly cert: string },
): Promise<SseFront> {
  const keys = new Map<string, string>()
  const answer = (incoming: IncomingMessage, outgoing: ServerResponse): void => {
    void serve(s3Port, keys, incoming, outgoing).catch(() => outgoing.destroy())
  }
  const server = tls === undefined ? createServer(answer) : createTlsServer(tls, answer)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    async stop() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

async function serve(
  s3Port: number,
  keys: Map<string, string>,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const { method = '', url = '' } = incoming
  const path = url.split('?')[0]!
  const given = incoming.headers[`${prefix}key`] as string | undefined
  const isRead = method === 'GET' || method === 'HEAD'
  if (isRead && keys.get(path) !== given) {
    outgoing.writeHead(400).end()
    return
  }
  const sent = await bodyOf(incoming)
  const stores = method === 'PUT' && given !== undefined
  const body = stores ? crypt(given, path, plainOf(incoming, sent)) : sent
  if (method === 'PUT' && sent.length > 0) {
    if (given === undefined) keys.delete(path)
    else keys.set(path, given)
  }
  const headers: Record<string, string | string[] | undefined> = { ...incoming.headers }
  for (const name of Object.keys(headers)) if (name.startsWith(prefix)) delete headers[name]
  if (stores) {
    headers['x-amz-content-sha256'] = 'UNSIGNED-PAYLOAD'
    headers['content-length'] = `${body.length}`
    for (const name of ['x-amz-decoded-content-length', 'content-encoding', 'x-amz-trailer', 'content-md5'])
      delete headers[name]
  }
  const onward = request({ port: s3Port, host: '127.0.0.1', path: url, method, headers })
  onward.end(body)
  const [from] = (await once(onward, 'response')) as [IncomingMessage]
  const received = await bodyOf(from)
  const readable = given !== undefined && method === 'GET' && from.statusCode === 200
  outgoing.writeHead(from.statusCode ?? 500, from.headers)
  outgoing.end(readable ? crypt(given, path, received) : received)
}

async function bodyOf(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

/** Encrypts and decrypts. */
function crypt(key: string, path: string, data: Buffer): Buffer {
  const start = createHash('md5').update(path).digest()
  return createCipheriv('aes-256-ctr', Buffer.from(key, 'base64'), start).update(data)
}

/** Without the signatures between its chunks. Source: Amazon S3 API Reference, "Signature calculations … multiple chunks" */
function plainOf({ headers }: IncomingMessage, sent: Buffer): Buffer {
  if (headers['x-amz-decoded-content-length'] === undefined) return sent
  const chunks: Buffer[] = []
  for (let at = 0; at < sent.length; ) {
    const end = sent.indexOf('\r\n', at)
    const length = Number.parseInt(sent.toString('latin1', at, end), 16)
    if (!(length > 0)) break
    chunks.push(sent.subarray(end + 2, end + 2 + length))
    at = end + 2 + length + 2
  }
  return Buffer.concat(chunks)
}
