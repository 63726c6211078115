import { createServer, request, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Where machines find servers of the computer they run on. */
export const hostAddress = '10.0.2.2'

export type RegistryFault = 'none' | 'down' | 'corrupt' | 'slow'

/** Stands before a registry and does to what it answers what `fault` says. */
export class FaultyRegistry {
  fault: RegistryFault = 'none'
  /** Paths that were asked for. */
  readonly asked: string[] = []
  readonly #server: Server

  private constructor(registryPort: number) {
    this.#server = createServer((incoming, answer) => {
      this.asked.push(incoming.url ?? '')
      if (this.fault === 'down') {
        incoming.socket.destroy()
        return
      }
      const options = { port: registryPort, host: '127.0.0.1', path: incoming.url, method: incoming.method }
      const onward = request({ ...options, headers: incoming.headers }, (from) => {
        answer.writeHead(from.statusCode ?? 500, from.headers)
        const isBlob = incoming.url?.includes('/blobs/') === true && incoming.method === 'GET'
        const chunks: Buffer[] = []
        from.on('data', (chunk: Buffer) => chunks.push(chunk))
        from.on('end', () => {
          const body = Buffer.concat(chunks)
          if (isBlob && this.fault === 'corrupt') body[body.length >> 1]! ^= 0xff
          if (isBlob && this.fault === 'slow') drip(answer, body)
          else answer.end(body)
        })
      })
      onward.on('error', () => incoming.socket.destroy())
      incoming.pipe(onward)
    })
  }

  static async start(registryPort: number): Promise<FaultyRegistry> {
    const faulty = new FaultyRegistry(registryPort)
    await new Promise<void>((resolve) => faulty.#server.listen(0, '127.0.0.1', resolve))
    return faulty
  }

  /** As machines write it. */
  get name(): string {
    return `${hostAddress}:${(this.#server.address() as AddressInfo).port}`
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }
}

/** In ten pieces, one every 300 ms. */
function drip(answer: { write(data: Buffer): unknown; end(): unknown }, body: Buffer): void {
  const size = Math.ceil(body.length / 10)
  let at = 0
  const timer = setInterval(() => {
    answer.write(body.subarray(at, at + size))
    at += size
    if (at < body.length) return
    clearInterval(timer)
    answer.end()
  }, 300)
}

/** Serves texts by their path; each may be another one at each request. */
export async function serveTexts(texts: Readonly<Record<string, () => string>>): Promise<Server> {
  const server = createServer((incoming, answer) => {
    const text = texts[incoming.url ?? '']
    if (text === undefined) answer.writeHead(404).end()
    else answer.end(text())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return server
}
