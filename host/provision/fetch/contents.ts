import { decodeDataUrl, type IgnitionConfig, type Resource } from '@afloat/ignition'
import { encodeUtf8 } from '../../sys/utf8.ts'
import { stagingPath } from '../record.ts'

/**
 * What goes into a file: a data: URL of the config ("" stands for nothing), text, or a file of the staging folder,
 * which is gone afterwards.
 */
export type Contents =
  | { kind: 'inline'; url: string }
  | { kind: 'text'; text: string }
  | { kind: 'staged'; path: string }

/** A resource of the config that has a source, with its place there. */
export type PlacedResource = { resource: Resource & { source: string }; place: string; contents: Contents }

/** Returns what a resource at `place` will be at apply time; undefined when it names no source. Pure. */
export function contentsOf(resource: Resource | undefined, place: string): Contents | undefined {
  const source = resource?.source
  if (source === undefined) return undefined
  if (source === '' || (isData(source) && !isGzip(resource!))) return { kind: 'inline', url: source }
  return { kind: 'staged', path: `${stagingPath}/${place.replace(/^\$\./, '')}` }
}

/** Returns every resource of a config that has contents, in config order. Pure. */
export function listResources(config: IgnitionConfig): PlacedResource[] {
  const found: PlacedResource[] = []
  const add = (resource: Resource | undefined, place: string): void => {
    const contents = contentsOf(resource, place)
    if (contents === undefined || resource?.source === undefined) return
    found.push({ resource: { ...resource, source: resource.source }, place, contents })
  }
  for (const [i, file] of (config.storage?.files ?? []).entries()) {
    add(file.contents, `$.storage.files.${i}.contents`)
    for (const [k, part] of (file.append ?? []).entries()) add(part, `$.storage.files.${i}.append.${k}`)
  }
  return found
}

/** Returns the bytes of contents that are not in a file. */
export function bytesOf(contents: Exclude<Contents, { kind: 'staged' }>): Uint8Array {
  if (contents.kind === 'text') return encodeUtf8(contents.text)
  return contents.url === '' ? new Uint8Array() : decodeDataUrl(contents.url)
}

/** Whether fetching it takes a network. */
export function isRemote(resource: { source: string }): boolean {
  return resource.source !== '' && !isData(resource.source)
}

export function isGzip(resource: Resource): boolean {
  return resource.compression === 'gzip'
}

function isData(source: string): boolean {
  return /^data:/i.test(source)
}
