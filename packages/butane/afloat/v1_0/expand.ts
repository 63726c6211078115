import { encodeDataUrl, encodeUtf8, isObject, type ObjectValue, type Value } from '@afloat/ignition'
import type { Path } from '@afloat/report'
import type { Context, Step } from '../../translate/context.ts'

/** `hostname` is the file /etc/hostname. */
export const addHostname: Step = (source, config, context) => {
  const { hostname } = source
  if (typeof hostname !== 'string') return
  addFile(config, context, {
    path: '/etc/hostname',
    contents: `${hostname}\n`,
    overwrite: true,
    from: ['hostname'],
  })
}

interface NewFile {
  readonly path: string
  /** What is in it, or where it is fetched from and what it must have for a hash. */
  readonly contents: string | { readonly url: string; readonly hash: string }
  readonly overwrite?: boolean
  readonly from: Path
}

/** Adds a file that a key of the source stands for. */
export function addFile(config: ObjectValue, { map }: Context, file: NewFile): void {
  const { contents } = file
  const storage = isObject(config['storage']) ? config['storage'] : {}
  const files: Value[] = Array.isArray(storage['files']) ? storage['files'] : []
  map.addMade(['storage', 'files', files.length], file.from)
  files.push({
    path: file.path,
    mode: 0o644,
    contents:
      typeof contents === 'string'
        ? { source: encodeDataUrl(encodeUtf8(contents)), compression: '' }
        : { source: contents.url, verification: { hash: contents.hash } },
    ...(file.overwrite ? { overwrite: true } : {}),
  })
  config['storage'] = { ...storage, files }
}
