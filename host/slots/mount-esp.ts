import { listMounts, mount } from '../sys/mounts.ts'
import { basename } from '../sys/path.ts'
import type { Sys } from '../sys/sys.ts'
import { findPartition } from './slot.ts'

const home = '/run/afloat'

/**
 * Mounts the EFI system partition of a disk in a place of its own while `use` runs, and unmounts it whatever happens.
 * Not at /boot: that mount comes and goes by itself, and must not be kept busy. `dirsync`, because FAT has no journal:
 * a name must be written before its older one goes.
 */
export function withEsp<T>(sys: Sys, disk: string, use: (esp: string) => T): T {
  sweep(sys)
  const { device } = findPartition(sys, disk, 'esp')
  const place = `${home}/esp-${ownPid(sys)}`
  mount(sys, {
    source: device,
    target: place,
    type: 'vfat',
    options: ['rw', 'umask=0077', 'nosuid', 'nodev', 'noexec', 'dirsync'],
  })
  try {
    return use(place)
  } finally {
    release(sys, place)
  }
}

function release(sys: Sys, place: string): void {
  sys.run(['sync', '--file-system', place])
  if (sys.run(['umount', place]).code !== 0) sys.run(['umount', '-l', place])
  sys.remove(place)
}

/** Removes what programs that were killed have left mounted. */
function sweep(sys: Sys): void {
  for (const { target } of listMounts(sys)) {
    const pid = target.startsWith(`${home}/esp-`) ? basename(target).slice(4) : undefined
    if (pid !== undefined && !sys.exists(`/proc/${pid}`)) release(sys, target)
  }
}

function ownPid(sys: Sys): string {
  return (sys.readText('/proc/self/stat') ?? '').split(' ')[0] || '0'
}
