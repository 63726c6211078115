import type { TextRule } from './check-fields.ts'

/** The texts of a manifest. All are bounded, and none can hold a character that acts on a terminal or a path. */
export const rules = {
  sha256: { pattern: /^[0-9a-f]{64}$/, expected: '64 lower-case hexadecimal digits' },
  kernelRelease: {
    pattern: /^[0-9A-Za-z][0-9A-Za-z._+~-]{0,127}$/,
    expected: 'the release of a kernel, as in "6.12.57-amd64"',
  },
  cmdline: {
    pattern: /^(?!.*(?:^|\s|")usrhash=)[\x20-\x7e]{0,2048}$/,
    expected: 'a kernel command line of at most 2048 printable ASCII characters without usrhash=',
  },
  artefactName: {
    pattern: /^[a-z0-9][a-z0-9._-]{0,63}$/,
    expected: 'a name of lower-case letters, digits and ._-',
  },
  notes: {
    pattern: /^[^\x00-\x09\x0b-\x1f\x7f-\x9f]{0,16384}$/,
    expected: 'at most 16384 characters without control characters',
  },
} as const satisfies Record<string, TextRule>
