import { finding } from '@afloat/report'

const q = (text: string) => JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text)

/** What can be wrong with extensions. */
export const extensionErrors = {
  extensionName: (name: string) =>
    finding(
      'butane/extension-name',
      `Name of the extension is ${q(name)}: expected letters, digits, "_", "." and "-", starting with a letter or digit`,
      name.endsWith('.raw') ? undefined : 'Write the name that its extension-release file ends in',
    ),
  extensionHashMissing: () =>
    finding(
      'butane/extension-hash-missing',
      'Hash of the extension is missing: it becomes part of /usr, and is not checked again',
      'Add hash: sha256-… with what sha256sum prints for the image',
    ),
  badHash: (hash: string) =>
    finding(
      'butane/bad-hash',
      `Cannot read hash ${q(hash)}: expected sha256- and 64, or sha512- and 128 hexadecimal digits in lower case`,
      hashHint(hash),
    ),
}

function hashHint(hash: string): string {
  if (/^[0-9a-f]{64}$/.test(hash)) return `Write sha256-${hash}`
  if (/^[0-9a-f]{128}$/.test(hash)) return 'Write sha512- in front'
  return /^sha(256|512)[:=]/.test(hash) ? 'Write a hyphen after the algorithm' : 'Write what sha256sum prints'
}
