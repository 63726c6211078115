import type { Issue, Path } from '@afloat/report'
import type { IgnitionConfig, Resource } from './config.ts'
import { decodeDataUrl } from './data-url.ts'
import { ignitionErrors as errors } from './errors.ts'
import { isFilled, isObject, type Value } from './source/decode.ts'
import type { Add } from './validate/check.ts'
import { urlScheme } from './validate/url.ts'

/** Sections of the format that are read and checked, but not applied to a machine by this version. */
const UNAPPLIED: readonly Path[] = [
  ['ignition', 'config', 'merge'],
  ['ignition', 'config', 'replace'],
  ['ignition', 'proxy'],
  ['ignition', 'security', 'tls'],
  ['ignition', 'timeouts'],
  ['kernelArguments'],
  ['storage', 'disks'],
  ['storage', 'filesystems'],
  ['storage', 'luks'],
  ['storage', 'raid'],
]

/** An error for everything in a valid config that would be left undone on the machine. */
export function checkApplied(config: IgnitionConfig): Issue[] {
  const issues: Issue[] = []
  const add: Add = (severity, path, found) => issues.push({ severity, ...found, path })
  for (const path of UNAPPLIED)
    if (isFilled(valueAt(config as unknown as Value, path)))
      add('error', path, errors.unsupportedSection(path.join('.')))

  for (const [index, file] of (config.storage?.files ?? []).entries()) {
    const path = ['storage', 'files', index]
    if (file.contents) checkResourceApplied(file.contents, [...path, 'contents'], add)
    for (const [part, resource] of (file.append ?? []).entries())
      checkResourceApplied(resource, [...path, 'append', part], add)
  }
  // Versions before 3.3.0 do not mind.
  for (const [index, { target }] of (config.storage?.links ?? []).entries())
    if (!target) add('error', ['storage', 'links', index, 'target'], errors.linkTargetMissing())
  return issues
}

function checkResourceApplied({ source, compression, httpHeaders }: Resource, path: Path, add: Add): void {
  if (httpHeaders?.length) add('error', [...path, 'httpHeaders'], errors.unsupportedSection('httpHeaders'))
  const scheme = source ? urlScheme(source) : undefined
  if (source === undefined || scheme === undefined) return
  if (!['data', 'http', 'https'].includes(scheme))
    add('error', [...path, 'source'], errors.unsupportedSource(scheme))
  if (scheme === 'data' && compression === 'gzip' && !isGzip(source))
    add('error', [...path, 'compression'], errors.notGzip())
}

/** Of a source that `validateIgnition` has accepted. */
function isGzip(source: string): boolean {
  const bytes = decodeDataUrl(source)
  return bytes[0] === 0x1f && bytes[1] === 0x8b
}

function valueAt(value: Value | undefined, path: Path): Value | undefined {
  return path.reduce<Value | undefined>((at, key) => (isObject(at) ? at[key] : undefined), value)
}
