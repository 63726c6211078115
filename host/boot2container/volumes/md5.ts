import type { Sys } from '../../sys/sys.ts'

const batchLength = 200

/** Returns the MD5 of files below a folder, which S3 compares by. What cannot be read has none. */
export function md5OfFiles(sys: Sys, root: string, names: readonly string[]): Map<string, string> {
  const sums = new Map<string, string>()
  // A line break in a name would be taken for the end of a line of output.
  const usable = names.filter((name) => !/[\n\\]/.test(name))
  for (let at = 0; at < usable.length; at += batchLength) {
    const batch = usable.slice(at, at + batchLength)
    const { stdout } = sys.run(['md5sum', '--', ...batch.map((name) => `${root}/${name}`)])
    for (const line of stdout.split('\n')) {
      const [, sum, path] = /^([0-9a-f]{32}) [ *](.*)$/.exec(line) ?? []
      if (sum !== undefined && path !== undefined) sums.set(path.slice(root.length + 1), sum)
    }
  }
  return sums
}
