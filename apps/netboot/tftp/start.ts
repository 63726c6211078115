import { createSocket, type RemoteInfo } from 'node:dgram'
import { once } from 'node:events'
import { listenError } from '../errors.ts'
import type { NetbootFile } from '../files.ts'
import type { Log } from '../log.ts'
import { formatError, parseRequest, type TftpRequest, tftpError } from './packet.ts'
import { connectPeer } from './socket-peer.ts'
import { sendTransfer } from './transfer.ts'

export type TftpOptions = {
  readonly address: string
  /** 0 for any that is free. */
  readonly port: number
  /** The file of that name, without a leading slash; undefined when there is none. */
  find(name: string): NetbootFile | undefined
  readonly log: Log
}

export type TftpServer = { readonly port: number; stop(): Promise<void> }

/** Each holds a port and a file open. */
const most = { transfers: 128, ofOneAddress: 16 } as const

/**
 * Starts a TFTP server that only reads, on Node's own datagrams: the packages there are for it are unkept, and the
 * protocol is small. Names are looked up, never taken for paths. Throws `netboot/address`.
 */
export async function startTftp(options: TftpOptions): Promise<TftpServer> {
  const { address, log } = options
  const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4')
  const running = new Map<string, Promise<void>>()
  const stopping = new AbortController()
  const countOf = (host: string): number =>
    [...running.keys()].filter((key) => key.startsWith(`${host} `)).length
  socket.on('message', (bytes, remote) => {
    const key = `${remote.address} ${remote.port}`
    const request = parseRequest(bytes)
    // who asks again has not heard yet, and is about to: one transfer a port
    if (request === undefined || running.has(key)) return
    if (running.size >= most.transfers || countOf(remote.address) >= most.ofOneAddress) return
    const transfer = serve(options, request, remote, stopping.signal)
      .catch((error: unknown) => log({ event: 'failed', address: remote.address, file: request.name, error }))
      .finally(() => running.delete(key))
    running.set(key, transfer)
  })
  await new Promise<void>((resolve, reject) => {
    socket.once('error', (cause: NodeJS.ErrnoException) => reject(listenError('TFTP', options, cause)))
    socket.bind(options.port, address, resolve)
  })
  socket.on('error', (error) => log({ event: 'failed', address, error }))
  return {
    port: socket.address().port,
    async stop() {
      const closed = once(socket, 'close')
      socket.close()
      stopping.abort()
      await Promise.all([closed, ...running.values()])
    },
  }
}

async function serve(
  { address, find, log }: TftpOptions,
  request: TftpRequest,
  remote: RemoteInfo,
  signal: AbortSignal,
): Promise<void> {
  await using peer = await connectPeer(address, remote, signal)
  const refuse = (code: number, message: string): void => {
    peer.send(formatError(code, message))
    log({ event: 'refused', address: remote.address, file: request.name, reason: message })
  }
  if (request.kind === 'write') return refuse(tftpError.accessViolation, 'Nothing can be written here')
  if (request.mode !== 'octet')
    return refuse(tftpError.illegalOperation, 'Only octet mode is known: say "binary" to the client')
  const file = find(request.name.replace(/^\/+/, ''))
  if (file === undefined) return refuse(tftpError.notFound, 'There is no such file')
  const startedAt = performance.now()
  await using source = await file.open()
  const result = await sendTransfer(peer, source, request.options)
  if (result.state === 'done') {
    const tookMs = Math.round(performance.now() - startedAt)
    log({
      event: 'sent',
      by: 'tftp',
      address: remote.address,
      file: request.name,
      bytes: result.bytes,
      tookMs,
    })
  } else if (result.state === 'silent' && result.heard) {
    log({ event: 'broken', by: 'tftp', address: remote.address, file: request.name })
  }
}
