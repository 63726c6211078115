import { finding } from '@afloat/report'

/** What can keep a readable YAML file from being formatted. */
export const formatErrors = {
  severalDocuments: () =>
    finding(
      'butane/several-documents',
      'File holds a second document, which is never read',
      'Remove it, or put it into a file of its own',
    ),
  changes: () =>
    finding(
      'butane/format-changes',
      'Cannot format this file without changing what it says',
      'Report this as a bug, with the file',
    ),
}
