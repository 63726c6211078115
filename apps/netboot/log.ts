export type Protocol = 'http' | 'https' | 'tftp'

/** Something that happened. Texts may come from the network: they are made harmless when they are printed. */
export type LogEvent =
  /** A machine was told what to boot. */
  | {
      readonly event: 'boot'
      readonly address: string
      readonly who: string
      /** As listed; without it the machine is not, and has the profile for everybody else. */
      readonly machine?: string
      readonly profile?: string
      readonly files: readonly string[]
      readonly cmdlineBytes: number
      /** Bytes of the command line that did not fit, and that the machine fetches. */
      readonly extraBytes: number
    }
  /** A machine that nothing is there for. */
  | { readonly event: 'unknown'; readonly address: string; readonly who: string }
  | {
      readonly event: 'sent'
      readonly by: Protocol
      readonly address: string
      readonly file: string
      readonly bytes: number
      readonly tookMs: number
    }
  /** The client went away in the middle. */
  | { readonly event: 'broken'; readonly by: Protocol; readonly address: string; readonly file: string }
  | { readonly event: 'refused'; readonly address: string; readonly file: string; readonly reason: string }
  | { readonly event: 'failed'; readonly address: string; readonly file?: string; readonly error: unknown }
  /** A file was read again because it changed. */
  | { readonly event: 'reloaded'; readonly path: string; readonly what: string }
  | { readonly event: 'kept'; readonly path: string; readonly problem: string }
  | { readonly event: 'warned'; readonly path: string; readonly problem: string }

export type Log = (event: LogEvent) => void

/** Writes events as lines: for people, or as JSON with the time. */
export function logTo(write: (line: string) => void, options: { json: boolean; now?: () => Date }): Log {
  const now = options.now ?? (() => new Date())
  return (event) => {
    const time = now().toISOString()
    const text = options.json
      ? JSON.stringify({ time, ...event, ...('error' in event ? { error: messageOf(event.error) } : {}) })
      : `${time} ${formatEvent(event)}`
    write(`${text}\n`)
  }
}

function formatEvent(event: LogEvent): string {
  switch (event.event) {
    case 'boot': {
      const { address, who, machine, profile, files, cmdlineBytes, extraBytes } = event
      const as = machine === undefined ? 'not listed' : `machine ${quoted(machine)}`
      const extra = extraBytes === 0 ? '' : ` and ${extraBytes} of extra arguments`
      const of = profile === undefined ? '' : `, profile ${quoted(profile)}`
      return `boot ${plain(who)} from ${address}: ${as}${of}: ${files.join(' + ')}, command line of ${cmdlineBytes} bytes${extra}`
    }
    case 'unknown':
      return `unknown ${plain(event.who)} from ${event.address}: not listed, and there is no default`
    case 'sent':
      return `sent ${quoted(event.file)} to ${event.address} by ${event.by}: ${event.bytes} bytes in ${event.tookMs} ms`
    case 'broken':
      return `broken off ${quoted(event.file)} to ${event.address} by ${event.by}: the client went away`
    case 'refused':
      return `refused ${quoted(event.file)} to ${event.address}: ${event.reason}`
    case 'failed':
      return `failed ${event.file === undefined ? '' : `${quoted(event.file)} `}for ${event.address}: ${messageOf(event.error)}`
    case 'reloaded':
      return `reloaded ${event.path}: ${event.what}`
    case 'warned':
      return `warned about ${event.path}:\n${event.problem}`
    case 'kept':
      return `kept the last good ${event.path}:\n${event.problem}`
  }
}

/** In quotes, so that it cannot be taken for what stands around it. */
function quoted(text: string): string {
  return `"${plain(text).slice(0, 100)}"`
}

/** Only printable ASCII without quotes: names come from the network, and a terminal obeys control characters. */
function plain(text: string): string {
  return text.replace(/[^\x20\x21\x23-\x7e]/g, '?')
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
