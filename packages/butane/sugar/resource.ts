import { type Check, encodeUtf8, type ObjectValue, ownFindings, parseIgnition } from '@afloat/ignition'
import { butaneErrors as errors } from '../errors.ts'
import type { Expand } from '../translate/context.ts'
import { shortestDataUrl } from '../translate/data-url.ts'
import { readLocal } from '../translate/local-files.ts'

interface SugaredResource {
  readonly source?: string
  readonly inline?: string
  readonly local?: string
  readonly compression?: string
}

/** `inline` and `local` become a data URL. */
export const expandResource: Expand = (source, output, place, context) => {
  const { inline, local, compression } = source as SugaredResource
  const field = local !== undefined ? 'local' : inline !== undefined ? 'inline' : undefined
  if (field === undefined) return
  const from = [...place.yaml, field]
  const bytes = local !== undefined ? readLocal(local, from, context) : encodeUtf8(inline!)
  if (bytes === undefined) return

  // Contents that the user says are compressed are left as they are.
  const url = shortestDataUrl(bytes, compression ? undefined : context.gzip)
  output['source'] = url.source
  context.map.add([...place.json, 'source'], from)
  if (compression) return
  output['compression'] = url.compression
  context.map.add([...place.json, 'compression'], from)
}

export const checkResourceSources: Check<ObjectValue> = (value, path, add) => {
  const given = SOURCES.filter((field) => value[field] !== undefined)
  if (given.length > 1) add('error', [...path, given.at(-1)!], errors.severalSources(SOURCES.toSorted()))
}

const SOURCES = ['local', 'inline', 'source']

/** An inline config to merge must itself be valid; one of another version is left to the machine. */
export function innerConfigCheck(ignitionVersion: string): Check<ObjectValue> {
  return (value, path, add) => {
    checkResourceSources(value, path, add)
    const { inline } = value as SugaredResource
    if (inline === undefined || value['source'] !== undefined || value['local'] !== undefined) return
    if (path[1] !== 'config') return
    const version = innerVersion(inline)
    if (version !== undefined && version !== ignitionVersion)
      return add('warning', [...path, 'version'], errors.innerVersion(ignitionVersion))
    const { report } = parseIgnition(inline, { applied: false })
    for (const { severity, code, message, path: inner, line } of report.diagnostics) {
      if (ownFindings.has(code)) continue
      const found = TEXT_PROBLEMS.has(code)
        ? errors.innerUnreadable(`${message} (line ${line})`)
        : errors.innerConfig(message, `${inner}, line ${line},`)
      add(severity, [...path, 'inline'], found)
    }
  }
}

const TEXT_PROBLEMS: ReadonlySet<string> = new Set([
  'ignition/empty',
  'ignition/not-json',
  'ignition/bad-json',
  'ignition/wrong-type',
])

/** The version that a config states, if it can be read as one. */
function innerVersion(text: string): string | undefined {
  try {
    const version: unknown = JSON.parse(text)?.ignition?.version
    return typeof version === 'string' && /^[0-9]+\.[0-9]+\.[0-9]+/.test(version) ? version : undefined
  } catch {
    return undefined
  }
}
