import type { Sys } from '../../sys/sys.ts'

/** An image as podman keeps it. Read from its files: starting podman takes a second. */
export type StoredImage = {
  readonly id: string
  /** With registry and tag or digest. */
  readonly names: readonly string[]
  /** Of its manifests, by which it can be named too. */
  readonly digests: readonly string[]
  /** Its layers, top first. */
  readonly layers: readonly string[]
}

export type ImageStore = {
  readonly images: readonly StoredImage[]
  /** Unpacked, in bytes, by layer. */
  readonly layerBytes: ReadonlyMap<string, number>
}

/** Returns what is in the store below `graphRoot`; nothing when there is none, or it cannot be read. */
export function readImageStore(sys: Sys, graphRoot: string): ImageStore {
  const layers = readList(sys, `${graphRoot}/overlay-layers/layers.json`)
  const parents = new Map(layers.map(({ id, parent }) => [text(id), text(parent)]))
  const images = readList(sys, `${graphRoot}/overlay-images/images.json`).map((image) => ({
    id: text(image['id']),
    names: Array.isArray(image['names']) ? image['names'].map(text) : [],
    digests: digestsOf(image),
    layers: chain(parents, text(image['layer'])),
  }))
  const layerBytes = new Map(layers.map((layer) => [text(layer['id']), Number(layer['diff-size'] ?? 0)]))
  return { images, layerBytes }
}

/** Returns the bytes that some images take together; layers that they share count once. */
export function bytesOf(store: ImageStore, images: readonly StoredImage[]): number {
  const layers = new Set(images.flatMap((image) => image.layers))
  return [...layers].reduce((sum, layer) => sum + (store.layerBytes.get(layer) ?? 0), 0)
}

/**
 * Returns the image that a word of a container's arguments means, if it is there. Several may end like a short name: it is
 * the one that podman takes. Source: containers/common, libimage/runtime.go, `LookupImage`
 */
export function findStored({ images }: ImageStore, reference: string): StoredImage | undefined {
  const wanted = normalName(reference)
  const named = (fits: (name: string) => boolean) =>
    images.find((image) => [...image.names, ...digestNames(image)].some(fits))
  const onHub = `docker.io/${wanted.includes('/') ? '' : 'library/'}${wanted}`
  for (const full of [wanted, `localhost/${wanted}`, onHub]) {
    const found = named((name) => name === full)
    if (found !== undefined) return found
  }
  return images.find(({ id }) => id.startsWith(wanted)) ?? named((name) => name.endsWith(`/${wanted}`))
}

/** An image that was fetched by its tag is found by its digest too. */
function digestNames({ names, digests }: StoredImage): string[] {
  const bare = names.filter((name) => !name.includes('@')).map((name) => name.replace(/:[^:/]+$/, ''))
  return bare.flatMap((name) => digests.map((digest) => `${name}@${digest}`))
}

/** Returns a reference as names in the store are written: without transport, with a tag or a digest but not with both. */
export function normalName(reference: string): string {
  const name = reference.replace(/^docker:\/\//, '')
  const at = name.indexOf('@')
  const bare = at < 0 ? name : name.slice(0, at)
  const tag = /:([^:/]+)$/.exec(bare)
  if (at >= 0) return `${tag === null ? bare : bare.slice(0, tag.index)}${name.slice(at)}`
  return tag === null && !/^[0-9a-f]{12,64}$/.test(name) ? `${name}:latest` : name
}

/** Source: containers/storage, images.go, `Image`: a digest for each manifest, under a key that begins like this. */
function digestsOf(image: Record<string, unknown>): string[] {
  const sums = image['big-data-digests']
  const byKey = typeof sums === 'object' && sums !== null ? Object.entries(sums) : []
  return byKey.flatMap(([key, digest]) => (key.startsWith('manifest') ? [text(digest)] : []))
}

function chain(parents: ReadonlyMap<string, string>, top: string): string[] {
  const layers: string[] = []
  for (let at = top; at !== '' && !layers.includes(at); at = parents.get(at) ?? '') layers.push(at)
  return layers
}

function readList(sys: Sys, path: string): Record<string, unknown>[] {
  try {
    const value: unknown = JSON.parse(sys.readText(path) ?? '[]')
    return Array.isArray(value) ? value.filter((item) => typeof item === 'object' && item !== null) : []
  } catch (error) {
    // Cut off when the power failed. Podman will say so too, and is answered by a new store.
    if (error instanceof SyntaxError) return []
    throw error
  }
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
