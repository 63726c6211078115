import { gunzipSync } from 'node:zlib'
import { ensureWebImage } from '@afloat/build/example-image'
import type { ToolsTree } from '@afloat/build/tools-tree'
import { decodeDataUrl } from '@afloat/ignition'
import { guestRegistry, type Registry, registryDir, startRegistry } from '@afloat/vm/registry'

/** The image of `examples/web.yaml`, as the registry knows it. */
const webImage = 'web:1'

/**
 * Starts the registry that a machine finds at 10.0.2.100:5000 when one of its containers comes from there; the
 * image of the web example is put into it when it is the one that is named.
 */
export async function offerImages(tools: ToolsTree, ignitionJson: string): Promise<Registry | undefined> {
  const images = localImages(ignitionJson)
  if (images.length === 0) return undefined
  const registry = await startRegistry(tools, registryDir())
  try {
    if (images.includes(webImage)) await pushWebImage(registry)
    return registry
  } catch (error) {
    await registry.stop()
    throw error
  }
}

/** Builds the image of the web example and puts it into a registry. */
export async function pushWebImage(registry: Registry): Promise<void> {
  await registry.push(await ensureWebImage(), webImage)
}

type IgnitionFile = { path: string; contents?: { source?: string; compression?: string } }

/** Returns the images of quadlets that are named with the address of the local registry, without it. */
function localImages(ignitionJson: string): string[] {
  const { storage } = JSON.parse(ignitionJson) as { storage?: { files?: IgnitionFile[] } }
  const quadlets = (storage?.files ?? []).filter(({ path }) =>
    /^\/etc\/containers\/systemd\/.*\.(container|image)$/.test(path),
  )
  const names = quadlets.flatMap((file) => textOf(file).match(/^Image=(.*)$/m)?.[1] ?? [])
  return names
    .filter((name) => name.startsWith(`${guestRegistry}/`))
    .map((name) => name.slice(guestRegistry.length + 1))
}

function textOf({ contents }: IgnitionFile): string {
  const source = contents?.source
  if (source === undefined || !source.startsWith('data:')) return ''
  const bytes = Buffer.from(decodeDataUrl(source) ?? [])
  return (contents?.compression === 'gzip' ? gunzipSync(bytes) : bytes).toString('utf8')
}
