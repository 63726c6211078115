import type { ToolsTree } from '../tools-tree.ts'

/** Returns what busybox can do. That of the tools tree is asked: one for another processor does not run here. */
export async function listApplets(tools: ToolsTree): Promise<string[]> {
  const names = (await tools.run(['busybox', '--list'])).trim().split('\n')
  return names.filter((name) => name !== 'busybox')
}
