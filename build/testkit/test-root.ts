import { join } from 'node:path'
import { cached, keyOf, prune } from '../cache.ts'
import { ensureImage } from '../image.ts'
import { ensureToolsTree } from '../tools-tree.ts'
import { readVersion } from '../version.ts'

/** Returns a folder with the `usr` of this checkout's image as files, for tests that run programs in it. */
export async function ensureTestRoot(): Promise<string> {
  const tools = await ensureToolsTree()
  const image = await ensureImage({ version: readVersion(), stage: (_, run) => run() })
  const dir = await cached('test-roots', keyOf(image.manifest.usrRootHash), async (partial) => {
    await tools.run(['fsck.erofs', `--extract=${join(partial, 'usr')}`, join(image.dir, 'usr.erofs')])
  })
  await prune('test-roots', 1)
  return dir
}
