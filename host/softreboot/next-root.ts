import { openVerity } from '../slots/verity-mapping.ts'
import { isMounted, listMounts, mount } from '../sys/mounts.ts'
import type { Sys } from '../sys/sys.ts'
import { carriedMounts } from './carried-mounts.ts'
import { survivorMounts } from './container-mounts.ts'
import { softRebootError } from './errors.ts'
import { keepMounts, releaseKept, reloadUnits } from './kept-mounts.ts'

/** Where systemd looks for the root to switch to. Source: systemd-soft-reboot.service(8) */
export const nextRootPath = '/run/nextroot'

/** A slot that holds a whole release. */
export type NextTarget = {
  readonly rootHash: string
  /** Such as /dev/vda4. */
  readonly usrDevice: string
  readonly verityDevice: string
}

export type NextRoot = {
  readonly path: typeof nextRootPath
  /** Such as /dev/mapper/usr-1a2b3c4d. */
  readonly usr: string
  /** Mounts that go along. */
  readonly carried: readonly string[]
}

/**
 * Assembles at /run/nextroot what the machine will see as its root: the root file system, /usr of the release in
 * `target` behind dm-verity, /etc over what that release has there, and the mounts that hold state. Nothing running
 * notices. What was assembled before is discarded first.
 * Throws `slots/damaged`, `softreboot/root-not-assembled`; nothing is left then.
 */
export function assembleNextRoot(sys: Sys, target: NextTarget): NextRoot {
  discardNextRoot(sys)
  const carried = carriedMounts(listMounts(sys), survivorMounts(sys))
  try {
    const usr = openVerity(sys, target)
    mount(sys, { source: '/', target: nextRootPath, options: ['bind'] })
    // What is mounted below must not show in the namespaces of services: those that survive would hold it.
    sys.mustRun(['mount', '--make-rprivate', nextRootPath])
    mount(sys, { source: usr, target: `${nextRootPath}/usr`, type: 'erofs', options: ['ro'] })
    // Before /var may be hidden by a mount that goes along: the upper folder is on the root file system.
    mountEtc(sys)
    keepMounts(sys, carried)
    for (const path of carried) carry(sys, path)
    if (!sys.exists(`${nextRootPath}/usr/lib/systemd/systemd`)) throw new Error('its /usr has no systemd')
    return { path: nextRootPath, usr, carried }
  } catch (cause) {
    discardNextRoot(sys)
    if (isDamage(cause)) throw cause
    throw softRebootError(
      'softreboot/root-not-assembled',
      `Cannot assemble the next root from ${target.usrDevice}: ${messageOf(cause)}`,
      { cause, hint: 'The running system is not touched. Write the release to the slot again' },
    )
  }
}

/** Private, or what is mounted and unmounted below it here would be there, and the other way round. */
function carry(sys: Sys, path: string): void {
  const target = `${nextRootPath}${path}`
  sys.makeDirs(target)
  sys.mustRun(['mount', '--bind', '--make-private', path, target])
}

/** Takes apart what `assembleNextRoot` made, or nothing. A plain `systemctl reboot` is one again after that. */
export function discardNextRoot(sys: Sys): void {
  if (releaseKept(sys)) reloadUnits(sys)
  for (let tries = 0; tries < 8 && isMounted(sys, nextRootPath); tries++) {
    if (sys.run(['umount', '--recursive', nextRootPath]).code !== 0) {
      sys.mustRun(['umount', '--recursive', '--lazy', nextRootPath])
    }
  }
}

const etcHome = 'var/lib/afloat/etc'

/**
 * Two overlays may share an upper folder, with index=off, but not the folder that they work in. What the one gets
 * shows in the other as long as nobody looked for it there before: so nothing here looks.
 */
function mountEtc(sys: Sys): void {
  const now = listMounts(sys).findLast(({ target }) => target === '/etc')
  const isFirst = now?.superOptions.some((option) => /^workdir=.*\/work$/.test(option)) === true
  const work = `${nextRootPath}/${etcHome}/${isFirst ? 'work-2' : 'work'}`
  sys.makeDirs(work)
  mount(sys, {
    source: 'overlay',
    target: `${nextRootPath}/etc`,
    type: 'overlay',
    options: [
      `lowerdir=${nextRootPath}/usr/share/afloat/etc`,
      `upperdir=${nextRootPath}/${etcHome}/upper`,
      `workdir=${work}`,
      'index=off',
      'metacopy=off',
      'redirect_dir=off',
    ],
  })
}

function isDamage(error: unknown): boolean {
  return (error as { code?: unknown } | undefined)?.code === 'slots/damaged'
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
