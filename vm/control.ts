import { connect, createServer, type Socket } from 'node:net'
import { AfloatError } from '@afloat/report'
import { SocketDir } from './socket-dir.ts'

/** What another Afloat process may ask of the one that runs a machine. */
export type ControlRequest =
  | { readonly kind: 'exec'; readonly script: string; readonly stdin?: string; readonly timeoutMs: number }
  | { readonly kind: 'stop' }

/** Strings of bytes are base64. */
export type ControlAnswer =
  | { readonly kind: 'exec'; readonly code: number; readonly stdout: string; readonly stderr: string }
  | { readonly kind: 'stopping' }
  | { readonly kind: 'error'; readonly code: string; readonly message: string; readonly hint?: string }

const socketName = 'control.sock'

/** Answers requests on a socket in a machine's folder until closed: one line of JSON each way per connection. */
export async function serveControl(
  dir: string,
  handle: (request: ControlRequest) => Promise<ControlAnswer>,
): Promise<{ close(): Promise<void> }> {
  const sockets = await SocketDir.open(dir)
  const open = new Set<Socket>()
  // half open: who asks closes its side at once
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    open.add(socket)
    socket.on('close', () => open.delete(socket))
    socket.on('error', () => {}) // the other process gave up
    readLine(socket)
      .then((line) => handle(JSON.parse(line)))
      .catch(toAnswer)
      .then((answer) => socket.end(`${JSON.stringify(answer)}\n`))
  })
  await new Promise<void>((resolve, reject) => {
    server.on('error', reject)
    server.listen(sockets.path(socketName), resolve)
  })
  return {
    async close() {
      const closed = new Promise((resolve) => server.close(resolve))
      for (const socket of open) socket.destroy()
      await closed
      await sockets.close()
    },
  }
}

/** Sends a request to the process that runs a machine and returns its answer; throws what went wrong there. */
export async function askControl(dir: string, request: ControlRequest): Promise<ControlAnswer> {
  const sockets = await SocketDir.open(dir)
  try {
    const socket = connect(sockets.path(socketName))
    const line = readLine(socket)
    socket.end(`${JSON.stringify(request)}\n`)
    const answer = JSON.parse(await line) as ControlAnswer
    if (answer.kind !== 'error') return answer
    throw new AfloatError(answer.code, answer.message, answer.hint === undefined ? {} : { hint: answer.hint })
  } finally {
    await sockets.close()
  }
}

function toAnswer(error: unknown): ControlAnswer {
  if (!(error instanceof AfloatError)) return { kind: 'error', code: 'vm/internal', message: String(error) }
  const { code, message, hint } = error
  return hint === undefined ? { kind: 'error', code, message } : { kind: 'error', code, message, hint }
}

function readLine(socket: Socket): Promise<string> {
  const closed = (): AfloatError =>
    new AfloatError('vm/control-closed', 'Connection to the machine was closed before an answer came')
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = []
    socket.on('data', (chunk: Buffer) => {
      parts.push(chunk)
      if (chunk.includes(0x0a)) resolve(Buffer.concat(parts).toString('utf8'))
    })
    socket.on('end', () => reject(closed()))
    socket.on('error', () => reject(closed()))
  })
}
