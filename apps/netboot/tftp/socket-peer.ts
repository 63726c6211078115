import { createSocket, type RemoteInfo } from 'node:dgram'
import { once } from 'node:events'
import type { Peer } from './transfer.ts'

/** A peer on a port of its own, which the kernel keeps free of packets from anywhere else. */
export type SocketPeer = Peer & AsyncDisposable

/** Packets that wait to be looked at; a client is owed one answer at a time. */
const longestQueue = 8

/** After `signal` nothing more comes. */
export async function connectPeer(
  localAddress: string,
  remote: RemoteInfo,
  signal: AbortSignal,
): Promise<SocketPeer> {
  const socket = createSocket(remote.family === 'IPv6' ? 'udp6' : 'udp4')
  const queue: Uint8Array[] = []
  let wake: () => void = () => {}
  let sent = Promise.resolve()
  const stop = (): void => wake()
  signal.addEventListener('abort', stop)
  socket.on('message', (bytes) => {
    if (queue.length < longestQueue) queue.push(bytes)
    wake()
  })
  // a port that nobody listens on any more: silence tells the same
  socket.on('error', () => {})
  socket.bind(0, localAddress)
  await once(socket, 'listening')
  socket.connect(remote.port, remote.address)
  await once(socket, 'connect')
  return {
    send(bytes) {
      sent = new Promise((resolve) => socket.send(bytes, () => resolve()))
    },
    async receive(timeoutMs) {
      if (queue.length === 0 && !signal.aborted) {
        const waiting = Promise.withResolvers<void>()
        wake = waiting.resolve
        const timer = setTimeout(waiting.resolve, timeoutMs)
        await waiting.promise
        clearTimeout(timer)
      }
      return queue.shift()
    },
    async [Symbol.asyncDispose]() {
      signal.removeEventListener('abort', stop)
      await sent
      const closed = once(socket, 'close')
      socket.close()
      await closed
    },
  }
}
