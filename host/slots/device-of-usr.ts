import type { Mounted } from '../sys/mounts.ts'

/**
 * Number of the device that /usr of these mounts is on. The last mount at a place is the one that is seen, but for what
 * extensions add: systemd-sysext lays an overlay over /usr, and the release is beneath.
 */
export function deviceOfUsr(mounts: readonly Mounted[]): string | undefined {
  return mounts.findLast(({ target, type }) => target === '/usr' && type !== 'overlay')?.device
}
