import { createServer } from 'node:net'
import { AfloatError } from '@afloat/report'

/** A TCP port of this machine (127.0.0.1 only) that leads to a port of the guest. */
export type PortForward = { readonly host: number; readonly guest: number }

/** A fixed address inside the guest's network that leads to a port on 127.0.0.1 of this machine. */
export type GuestForward = { readonly address: string; readonly port: number; readonly hostPort: number }

/** Reads `HOST:GUEST` or `PORT` (both the same); throws `vm/bad-port`. */
export function parsePortForward(text: string): PortForward {
  const [host, guest = host, ...rest] = text.split(':')
  const port = (part: string | undefined): number => (/^\d{1,5}$/.test(part ?? '') ? Number(part) : 0)
  const forward = { host: port(host), guest: port(guest) }
  const valid = (n: number): boolean => n >= 1 && n <= 65_535
  if (rest.length > 0 || !valid(forward.host) || !valid(forward.guest)) {
    throw new AfloatError(
      'vm/bad-port',
      `Cannot read port "${text}": expected HOST:GUEST, two numbers from 1 to 65535`,
      { hint: 'Write, for example, --port 8080:80' },
    )
  }
  return forward
}

/** Throws `vm/port-taken` naming the first port that something else listens on, or that is given twice. */
export async function checkPortsFree(forwards: readonly PortForward[]): Promise<void> {
  const seen = new Set<number>()
  for (const { host } of forwards) {
    if (seen.has(host)) throw portTaken(host, 'it is given twice')
    seen.add(host)
    await listenOnce(host).catch((error: NodeJS.ErrnoException) => {
      throw portTaken(host, error.code === 'EACCES' ? 'permission denied' : 'it is in use')
    })
  }
}

/** Returns a TCP port of 127.0.0.1 that was free a moment ago. */
export function freePort(): Promise<number> {
  return listenOnce(0)
}

export function portTaken(port: number, reason: string): AfloatError {
  return new AfloatError('vm/port-taken', `Cannot forward port ${port}: ${reason}`, {
    hint: 'Choose another port before the colon, or stop what listens there',
    details: { port },
  })
}

function listenOnce(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.on('error', reject)
    server.listen({ port, host: '127.0.0.1' }, () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : port))
    })
  })
}
