import type { ReportSink, SecretSource } from './config.ts'
import type { Draft } from './draft.ts'
import { readErrors as errors } from './errors.ts'
import type { Field, Located } from './located.ts'
import { readFields } from './read-fields.ts'
import { hideUserInfo, isHttpUrl, isName, readName } from './read-values.ts'

/** The port of a report that names none. */
export const REPORT_PORT = 'org.afloat.report'

/** `console`, `virtio[:port]`, `volume:NAME/path`, or a URL. */
export function readReport(draft: Draft, value: Located): void {
  const sink = parseReport(value.text)
  hideUserInfo(draft, value)
  if (sink === undefined) draft.error(value.spot(), errors.badReport(value.text))
  else {
    draft.place(['reports', draft.config.reports.length], value.spot())
    draft.config.reports.push(sink)
  }
}

function parseReport(text: string): ReportSink | undefined {
  if (text === 'console') return { kind: 'console' }
  if (text === 'virtio') return { kind: 'virtio', port: REPORT_PORT }
  if (isHttpUrl(text)) return { kind: 'url', url: text }
  const port = /^virtio:([^\s/]+)$/.exec(text)?.[1]
  if (port !== undefined) return { kind: 'virtio', port }
  const [, volume = '', path = ''] = /^volume:([^/]+)\/(.+)$/s.exec(text) ?? []
  return isName(volume) && isBelow(path) ? { kind: 'volume', volume, path } : undefined
}

/** `NAME,from=…` */
export function readSecret(draft: Draft, fields: readonly Field[], spot: number): void {
  let name: string | undefined
  let source: SecretSource | undefined
  readFields(draft, 'b2c.secret', fields, {
    name: { value: (value) => (name = readName(draft, 'secret', value)) },
    from: {
      value: (value) => {
        // The field takes the rest of the parameter, commas and all, so its name is still there.
        const text = value.text.replace(/^from=/, '')
        hideUserInfo(draft, value)
        source = parseSource(text)
        if (source === undefined) draft.error(value.spot(), errors.badSecretSource(text))
      },
    },
  })
  if (!fields.some(({ key }) => key === 'from'))
    draft.error(spot, errors.fieldMissing('b2c.secret', 'from', `${name ?? 'NAME'},from=fw_cfg:opt/…`))
  if (name === undefined || source === undefined) return
  draft.place(['secrets', draft.config.secrets.length], spot)
  draft.config.secrets.push({ name, source })
}

function parseSource(text: string): SecretSource | undefined {
  if (text.startsWith('https://') && isHttpUrl(text)) return { kind: 'https', url: text }
  const [, kind, rest = ''] = /^(fw_cfg|smbios|file):(.+)$/s.exec(text) ?? []
  if (kind === 'fw_cfg') return /^[\x21-\x7e]{1,55}$/.test(rest) ? { kind, key: rest } : undefined
  if (kind === 'smbios') return isName(rest) ? { kind, name: rest } : undefined
  const [, filesystem = '', path = ''] = /^([^/]+)\/(.+)$/s.exec(rest) ?? []
  return kind === 'file' && isName(filesystem) && isBelow(path) ? { kind, filesystem, path } : undefined
}

function isBelow(path: string): boolean {
  return path !== '' && !path.endsWith('/') && !path.split('/').includes('..')
}
