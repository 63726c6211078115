import { octal } from '../list-texts.ts'
import type { Rule } from '../rule.ts'

/** Files that every user may change, and directories in which everyone may replace the files of others. */
export const worldWritable: Rule = {
  code: 'lint/world-writable',
  severity: 'warning',
  looksAt: 'mode of files and directories',
  *find(input) {
    for (const kind of ['files', 'directories'] as const)
      for (const [index, { path, mode = 0 }] of (input.config.storage?.[kind] ?? []).entries()) {
        const isSticky = kind === 'directories' && (mode & 0o1000) !== 0
        if ((mode & 0o002) === 0 || isSticky) continue
        const safe = octal(mode & ~0o022)
        yield {
          at: input.origin(['storage', kind, index, 'mode']),
          message: `Mode ${octal(mode)} lets every user of the machine write "${path}"`,
          hint:
            kind === 'files'
              ? `Write mode: ${safe}`
              : `Write mode: ${safe}, or ${octal(mode | 0o1000)} to share it`,
        }
      }
  },
}
