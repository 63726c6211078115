/** What the guest's command agent says, one line each; everything else on the port is noise and skipped. */
export type AgentFrame =
  | { readonly kind: 'hello'; readonly session: string }
  | { readonly kind: 'started'; readonly id: string }
  | {
      readonly kind: 'answer'
      readonly id: string
      readonly code: number
      readonly stdout: Buffer
      readonly stderr: Buffer
    }

export type AgentRequest = {
  readonly session: string
  readonly id: string
  /** Seconds until the guest stops the command by itself; 0: never. */
  readonly limitSeconds: number
  /** Do not wait for the command: answer 0 as soon as it was started. */
  readonly detach: boolean
  readonly script: string
  readonly stdin: Uint8Array
}

/**
 * Returns a request as bytes: a header line, then script and input in base64, which the agent reads by
 * length. A part that is left over after the agent was restarted has no line end before its own, and no `@`.
 */
export function formatRequest(request: AgentRequest): string {
  const script = Buffer.from(request.script).toString('base64')
  const stdin = Buffer.from(request.stdin).toString('base64')
  const { session, id, limitSeconds, detach } = request
  const mode = detach ? 'detach' : 'wait'
  return `@run ${session} ${id} ${mode} ${Math.ceil(limitSeconds)} ${script.length} ${stdin.length}\n${script}${stdin}\n`
}

/** Returns the line the agent writes for a frame. */
export function formatFrame(frame: AgentFrame): string {
  if (frame.kind === 'hello') return `@hello ${frame.session} .\n`
  if (frame.kind === 'started') return `@started ${frame.id} .\n`
  const { id, code, stdout, stderr } = frame
  return `@answer ${id} ${code} :${stdout.toString('base64')} :${stderr.toString('base64')} .\n`
}

/** Finds frames in the bytes of the port, however they are cut. */
export class FrameReader {
  #parts: string[] = []

  push(chunk: Buffer): AgentFrame[] {
    const lines = chunk.toString('latin1').split('\n')
    const frames: AgentFrame[] = []
    for (const [index, text] of lines.entries()) {
      this.#parts.push(text)
      if (index === lines.length - 1) break
      const frame = parseFrame(this.#parts.join(''))
      if (frame !== undefined) frames.push(frame)
      this.#parts = []
    }
    return frames
  }
}

/** Reads one line; undefined when it is not a whole frame. A frame behind the stump of another one is found. */
export function parseFrame(line: string): AgentFrame | undefined {
  const words = line.slice(line.lastIndexOf('@') + 1).split(' ')
  if (words.at(-1) !== '.') return undefined
  const [kind, id = '', code = '', stdout = '', stderr = ''] = words
  if (kind === 'hello' && words.length === 3) return { kind, session: id }
  if (kind === 'started' && words.length === 3) return { kind, id }
  if (kind !== 'answer' || words.length !== 6 || !/^\d{1,3}$/.test(code)) return undefined
  if (!stdout.startsWith(':') || !stderr.startsWith(':')) return undefined
  const decode = (text: string): Buffer => Buffer.from(text.slice(1), 'base64')
  return { kind, id, code: Number(code), stdout: decode(stdout), stderr: decode(stderr) }
}
