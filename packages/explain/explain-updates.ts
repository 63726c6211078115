import { decodeUtf8, embeddedBytes, type File, type Gunzip } from '@afloat/ignition'
import { formatWindow } from '@afloat/release/update-window'
import { shownUrl } from './explain-contents.ts'
import type { ExplainedUpdates } from './explanation.ts'

/** How the machine will be updated, by the file that its update agent reads; undefined without one. */
export function explainUpdates(files: readonly File[], gunzip?: Gunzip): ExplainedUpdates | undefined {
  const file = files.find(({ path }) => path === '/etc/afloat/update.json')
  const bytes = file?.contents && embeddedBytes(file.contents, gunzip)
  const text = bytes && decodeUtf8(bytes)
  const config = text === undefined ? undefined : parseObject(text)
  if (config === undefined || config['kind'] !== 'UpdateConfig') return undefined
  const word = (value: unknown) => (typeof value === 'string' ? value : '')
  const list = (value: unknown) => (Array.isArray(value) ? (value as unknown[]) : [])
  const { server, group, channel, strategy, kexec, automatic, settleSec, publicKeys, health } = config
  return {
    server: shownUrl(word(server)),
    group: word(group),
    channel: typeof channel === 'string' ? channel : undefined,
    strategy: word(strategy),
    kexec: kexec === true,
    automatic: automatic !== false,
    windows: list(config['windows']).map(windowText),
    settleSec: Number(settleSec),
    publicKeys: list(publicKeys).length,
    health: list(health).map((check) => {
      const { unit, url } = (check ?? {}) as Record<string, unknown>
      return { unit: word(unit), url: typeof url === 'string' ? shownUrl(url) : undefined }
    }),
  }
}

function windowText(value: unknown): string {
  const { start, durationSec, timezone } = (value ?? {}) as Record<string, unknown>
  return formatWindow({
    start: String(start),
    durationSec: Number(durationSec),
    timezone: typeof timezone === 'string' ? timezone : 'UTC',
  })
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}
