import { readFile, writeFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { formatCpio } from '@afloat/archive'

const share = 'usr/share/afloat'

/** Writes files as an archive that goes behind the base: a machine has them in that folder of /usr/share/afloat. */
export async function writeSharePack(
  folder: string,
  sources: readonly string[],
  output: string,
): Promise<void> {
  const home = `${share}/${folder}`
  const parents = ['usr', 'usr/share', share, home]
  const files = sources.map(async (path, index) => ({
    kind: 'file' as const,
    path: `${home}/${index}-${basename(path).replace(/[^\x21-\x7e]/g, '_')}`,
    mode: 0o644,
    data: await readFile(path),
  }))
  const folders = parents.map((path) => ({ kind: 'directory' as const, path, mode: 0o755 }))
  await writeFile(output, formatCpio([...folders, ...(await Promise.all(files))]))
}
