/** Unit types systemd accepts; the extension of a unit's name. */
export const UNIT_TYPES = [
  'service',
  'socket',
  'device',
  'mount',
  'automount',
  'swap',
  'target',
  'path',
  'timer',
  'snapshot',
  'slice',
  'scope',
] as const

/** The part after the last dot, without it; empty if there is none. */
export function nameExtension(name: string): string {
  const dot = name.lastIndexOf('.')
  return dot < 0 ? '' : name.slice(dot + 1)
}

/** Whether the characters and the length (255) are allowed in a unit's name. Source: systemd.unit(5) */
export function hasUnitNameForm(name: string): boolean {
  return name.length <= 255 && /^[A-Za-z0-9:_.\\@-]+$/.test(name)
}

/** The template `getty@.service` of the instance `getty@tty1.service`, or undefined. */
export function templateOf(name: string): string | undefined {
  const parts = /^([^@]+)@[^@]+(\.[a-z]+)$/.exec(name)
  return parts ? `${parts[1]}@${parts[2]}` : undefined
}

/**
 * The unit name for a path, given as its UTF-8 bytes: `/srv/My Data` becomes `srv-My\x20Data`.
 * Source: systemd-escape(1) with `--path`
 */
export function escapeUnitPath(path: Uint8Array): string {
  let escaped = ''
  let pendingSlash = false
  for (const byte of path) {
    const character = String.fromCharCode(byte)
    if (character === '/') {
      pendingSlash = true
      continue
    }
    if (pendingSlash && escaped !== '') escaped += '-'
    pendingSlash = false
    const plain = /[A-Za-z0-9:_.]/.test(character) && !(escaped === '' && character === '.')
    escaped += plain ? character : `\\x${byte.toString(16).padStart(2, '0')}`
  }
  return escaped === '' ? '-' : escaped
}
