import { globSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { AfloatError } from '@afloat/report'
import { type UnpackedPackages, unpackPackages } from '../os-packages.ts'
import type { ToolsTree } from '../tools-tree.ts'

/** Where PID 1 looks for them: see host/boot2container/places.ts. */
const home = 'usr/share/afloat/keymaps'

export async function unpackKeymaps(): Promise<UnpackedPackages> {
  return await unpackPackages('image/boot2container/keymaps.packages')
}

/**
 * Translates the layouts of PC keyboards into what busybox loads: loadkeys itself would need its texts, and those that they
 * include. Left out are the few that loadkeys itself cannot read.
 */
export async function fillKeymaps(tools: ToolsTree, { root }: UnpackedPackages, tree: string): Promise<void> {
  const target = join(tree, home)
  await mkdir(target, { recursive: true })
  const loadkeys = join(root, 'usr/bin/loadkeys')
  const layouts = globSync('usr/share/keymaps/i386/*/*.kmap.gz', { cwd: root }).sort()
  const jobs = layouts.map((path) => [join(root, path), join(target, `${basename(path, '.kmap.gz')}.bmap`)])
  const script = `while read -r layout output; do
    "$0" --quiet --bkeymap --unicode "$layout" > "$output" 2>/dev/null && echo "$output" || rm "$output"
  done`
  const input = jobs.map((job) => `${job.join(' ')}\n`).join('')
  const made = (await tools.run(['sh', '-c', script, loadkeys], { input })).split('\n').length - 1
  if (made < layouts.length * 0.9)
    throw new AfloatError(
      'build/no-keymaps',
      `Cannot translate keymaps: ${made} of ${layouts.length} are readable`,
      {
        hint: 'Check image/boot2container/keymaps.packages',
      },
    )
}
