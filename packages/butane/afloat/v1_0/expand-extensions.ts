import type { Step } from '../../translate/context.ts'
import { addFile } from './expand.ts'
import type { Extension } from './schema.ts'

/** An extension is an image that systemd-sysext finds, which the image of the system has switched on. */
export const addExtensions: Step = (source, config, context) => {
  const extensions = (source['extensions'] ?? []) as unknown as (Extension | null)[]
  for (const [index, extension] of extensions.entries()) {
    if (!extension) continue
    const { name = '', url = '', hash = '' } = extension
    const path = `/var/lib/extensions/${name}.raw`
    addFile(config, context, { path, contents: { url, hash }, from: ['extensions', index] })
  }
}
