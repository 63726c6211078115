import { ensureTree, type ToolsTree } from '../tools-tree.ts'

/** Returns the tree with the browser that pages are tested in; made when it is not there yet, which needs root. */
export async function ensureBrowserTree(onBuild: () => void = () => {}): Promise<ToolsTree> {
  return await ensureTree('browser', 'build/testkit/browser.packages', { keep: 1, onBuild })
}
