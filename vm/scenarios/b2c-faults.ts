import { createSocket, type Socket } from 'node:dgram'
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

/** A time server, at the port that all ask. Source: RFC 4330 */
export async function startTimeServer(): Promise<Socket> {
  const secondsFrom1900 = 2_208_988_800
  const socket = createSocket('udp4')
  socket.on('message', (asked, from) => {
    const answer = Buffer.alloc(48)
    answer[0] = (asked[0]! & 0x38) | 4 // same version, mode server
    answer[1] = 1
    answer[3] = 0xec
    answer.write('LOCL', 12)
    asked.copy(answer, 24, 40, 48)
    for (const at of [16, 32, 40]) {
      const now = Date.now() / 1000
      answer.writeUInt32BE(Math.floor(now) + secondsFrom1900, at)
      answer.writeUInt32BE(Math.floor((now % 1) * 2 ** 32), at + 4)
    }
    socket.send(answer, from.port, from.address)
  })
  await new Promise<void>((resolve, reject) => {
    socket.on('error', reject)
    socket.bind(123, '127.0.0.1', resolve)
  })
  return socket
}
