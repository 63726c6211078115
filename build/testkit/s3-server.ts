import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { createInterface } from 'node:readline'
import type { ToolsTree } from '../tools-tree.ts'

/** An S3 server in memory on this computer's loopback address, with any credentials, and a way to cut it off. */
export type S3Server = {
  readonly port: number
  makeBucket(bucket: string): Promise<void>
  put(bucket: string, key: string, body: string): Promise<void>
  /** Undefined when there is no such object. */
  get(bucket: string, key: string): Promise<string | undefined>
  remove(bucket: string, key: string): Promise<void>
  /** Keys in alphabetical order; at most a thousand. */
  list(bucket: string): Promise<string[]>
  /** Refuses and breaks connections until `restore()`; what it holds stays. */
  cut(): Promise<void>
  restore(): Promise<void>
  stop(): Promise<void>
}

/** Starts Debian's moto_server behind a port that can be closed. */
export async function startS3Server(tree: ToolsTree): Promise<S3Server> {
  const child = tree.spawn(['moto_server', '-H', '127.0.0.1', '-p', '0'], {
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  const ended = once(child, 'close')
  const innerPort = await readPort(child)
  const door = new Door(innerPort)
  const port = await door.open(0)
  const call = async (method: string, path: string, body?: string): Promise<Response> => {
    const response = await fetch(`http://127.0.0.1:${innerPort}/${path}`, {
      method,
      headers,
      ...(body === undefined ? {} : { body }),
    })
    if (!response.ok && response.status !== 404)
      throw new Error(`S3 ${method} ${path}: ${await response.text()}`)
    return response
  }
  const pathOf = (bucket: string, key: string): string =>
    `${bucket}/${key.split('/').map(encodeURIComponent).join('/')}`
  return {
    port,
    makeBucket: async (bucket) => void (await call('PUT', bucket)),
    put: async (bucket, key, body) => void (await call('PUT', pathOf(bucket, key), body)),
    remove: async (bucket, key) => void (await call('DELETE', pathOf(bucket, key))),
    async get(bucket, key) {
      const response = await call('GET', pathOf(bucket, key))
      return response.ok ? await response.text() : undefined
    },
    async list(bucket) {
      const text = await (await call('GET', `${bucket}?list-type=2`)).text()
      return Array.from(text.matchAll(/<Key>([^<]*)<\/Key>/g), ([, key]) =>
        key!.replaceAll('&amp;', '&'),
      ).sort()
    },
    cut: () => door.close(),
    restore: async () => void (await door.open(port)),
    async stop() {
      await door.close()
      child.kill('SIGKILL')
      await ended
    },
  }
}

// The server looks at the form of a signature, and not whether it is right.
const headers = {
  'content-type': 'application/octet-stream',
  authorization:
    'AWS4-HMAC-SHA256 Credential=x/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0',
}

async function readPort(child: ChildProcess): Promise<number> {
  const lines = [child.stdout!, child.stderr!].map((input) => createInterface({ input }))
  const port = await new Promise<number>((resolve, reject) => {
    for (const reader of lines) {
      reader.on('line', (line) => {
        const found = /http:\/\/127\.0\.0\.1:(\d+)/.exec(line)
        if (found) resolve(Number(found[1]))
      })
    }
    child.once('close', (code) => reject(new Error(`moto_server ended with exit code ${code}`)))
  })
  // Both go on being read: a full pipe would stop the server.
  return port
}

class Door {
  readonly #innerPort: number
  readonly #sockets = new Set<Socket>()
  #server: Server | undefined

  constructor(innerPort: number) {
    this.#innerPort = innerPort
  }

  async open(port: number): Promise<number> {
    const server = createServer((outer) => {
      const inner = connect(this.#innerPort, '127.0.0.1')
      for (const [socket, other] of [
        [outer, inner],
        [inner, outer],
      ] as const) {
        this.#sockets.add(socket)
        socket.on('error', () => other.destroy())
        socket.on('close', () => {
          this.#sockets.delete(socket)
          other.destroy()
        })
        socket.pipe(other)
      }
    })
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
    this.#server = server
    return (server.address() as AddressInfo).port
  }

  async close(): Promise<void> {
    const server = this.#server
    if (server === undefined) return
    this.#server = undefined
    const closed = once(server, 'close')
    server.close()
    for (const socket of this.#sockets) socket.destroy()
    await closed
  }
}
