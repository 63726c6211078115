import { ensureTree, type ToolsTree } from '../tools-tree.ts'

/** Returns a Debian root with servers that tests speak to. */
export async function ensureServersTree(): Promise<ToolsTree> {
  return await ensureTree('test-servers', 'build/testkit/servers.packages', { keep: 2, onBuild: () => {} })
}
