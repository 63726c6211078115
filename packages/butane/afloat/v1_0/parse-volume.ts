import { cleanPath } from '@afloat/ignition'

export interface Volume {
  /** An absolute path of the host, or the name of a volume that podman manages. */
  readonly source: string
  readonly target: string
  readonly options: string
}

/**
 * Reads `SOURCE:/PATH[:OPTIONS]`; `relative` for a source that is a path, but not an absolute one. Quadlet takes the
 * line as it is, so characters that would need quotes are refused.
 */
export function parseVolume(text: string): Volume | 'relative' | undefined {
  const [source = '', target = '', options = '', ...rest] = text.split(':')
  if (rest.length > 0 || /[\s"'\\$%\x00-\x1f]/.test(text)) return undefined
  if (/^\.\.?(\/|$)|^~|^[^/]+\//.test(source)) return 'relative'
  const sourceFine = source.startsWith('/')
    ? cleanPath(source) === source
    : /^[A-Za-z0-9][\w.-]*$/.test(source)
  if (!sourceFine || !target.startsWith('/') || target === '/' || cleanPath(target) !== target)
    return undefined
  if (text.split(':').length === 3 && !/^[A-Za-z0-9=_-]+(,[A-Za-z0-9=_-]+)*$/.test(options)) return undefined
  return { source, target, options }
}
