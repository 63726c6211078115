import type { Rule } from '../rule.ts'

/** A path below what the image provides, which is verified and cannot be written. */
export const readOnlyPath: Rule = {
  code: 'lint/read-only-path',
  severity: 'error',
  looksAt: 'paths of files, directories and links',
  *find(input) {
    const { storage = {} } = input.config
    const mounted = (storage.filesystems ?? []).flatMap(({ path }) => (path ? [path] : []))
    for (const kind of ['files', 'directories', 'links'] as const)
      for (const [index, { path }] of (storage[kind] ?? []).entries()) {
        if (!isOfImage(path, input.variant)) continue
        // A file system of the user's lies over it.
        if (mounted.some((point) => path === point || path.startsWith(`${point}/`))) continue
        yield {
          at: input.origin(['storage', kind, index, 'path']),
          message: `Cannot write "${path}" on the machine: what is below /usr belongs to the image and is read-only`,
          hint: /\/systemd\//.test(path)
            ? 'Write it below /etc/systemd'
            : 'Write it below /etc, /opt or /var, or bring it as a system extension',
        }
      }
  },
}

/** On systems made with ostree `/usr/local` is a link into `/var`. */
function isOfImage(path: string, variant: string): boolean {
  if (/^\/usr\/local(\/|$)/.test(path)) return ['afloat', 'flatcar'].includes(variant)
  return /^\/(usr|bin|sbin|lib|lib64)(\/|$)/.test(path)
}
