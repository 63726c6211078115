import { readFile, writeFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { formatCpio } from '@afloat/archive'

const home = 'usr/share/afloat/seed'

/** Writes images (OCI archives) as an archive that goes behind the base: a machine has them without a registry. */
export async function writeSeedPack(images: readonly string[], output: string): Promise<void> {
  const folders = ['usr', 'usr/share', 'usr/share/afloat', home]
  const files = images.map(async (path, index) => ({
    kind: 'file' as const,
    path: `${home}/${index}-${basename(path).replace(/[^\x21-\x7e]/g, '_')}`,
    mode: 0o644,
    data: await readFile(path),
  }))
  const parents = folders.map((path) => ({ kind: 'directory' as const, path, mode: 0o755 }))
  await writeFile(output, formatCpio([...parents, ...(await Promise.all(files))]))
}
