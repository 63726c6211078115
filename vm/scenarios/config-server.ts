import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export type Answer = { readonly status: number; readonly body?: string | Uint8Array }

/** A web server on this computer, for a machine to fetch its config or an image from. */
export type ConfigServer = {
  /** As the machine sees it. */
  readonly url: string
  /** Paths that were asked for, in order. */
  readonly requests: readonly string[]
  close(): Promise<void>
}

/** QEMU's name for the computer that it runs on. */
const host = '10.0.2.2'

/** Serves `answers` one after the other, and the last one from then on. */
export async function startConfigServer(...answers: readonly [Answer, ...Answer[]]): Promise<ConfigServer> {
  const requests: string[] = []
  const server = createServer((request, response) => {
    const { status, body = '' } = answers[Math.min(requests.length, answers.length - 1)]!
    requests.push(request.url ?? '')
    response.writeHead(status, { 'content-type': 'application/json', connection: 'close' }).end(body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://${host}:${(server.address() as AddressInfo).port}/config.ign`,
    requests,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  }
}
