import { isMounted, mount, unmount } from '../../sys/mounts.ts'
import type { Sys } from '../../sys/sys.ts'
import { type ConfigSearch, readConfig } from './found-config.ts'
import { listPartitions, systemDisk } from './partitions.ts'

/** Where a config lies on the EFI system partition; FAT does not tell upper from lower case. */
const fileOnEsp = '/afloat/config.ign'

const mountPoint = '/run/afloat/esp'

/** What vfat needs with the kernel's default options; built in on some kernels. */
const modules = ['vfat', 'nls_cp437', 'nls_ascii', 'nls_iso8859-1', 'nls_utf8']

/**
 * Reads the config that lies on the EFI system partition of the disk this system runs from.
 * Other disks are not looked at: a disk that is plugged in must not say what a machine does.
 */
export function findOnEsp(sys: Sys): ConfigSearch {
  const disk = systemDisk(sys)
  if (disk === undefined) return { kind: 'none' }
  for (const partition of listPartitions(sys, disk)) {
    if (!partition.isEsp) continue
    const search = readPartition(sys, partition.device)
    if (search.kind === 'found') return search
  }
  return { kind: 'none' }
}

function readPartition(sys: Sys, device: string): ConfigSearch {
  sys.run(['modprobe', '--quiet', '--all', ...modules])
  mount(sys, {
    source: device,
    target: mountPoint,
    type: 'vfat',
    options: ['ro', 'nosuid', 'nodev', 'noexec'],
  })
  try {
    const config = readConfig(sys, `${mountPoint}${fileOnEsp}`, {
      channel: 'esp',
      place: `${fileOnEsp} on ${device}`,
    })
    return config === undefined ? { kind: 'none' } : { kind: 'found', config }
  } finally {
    if (isMounted(sys, mountPoint)) unmount(sys, mountPoint)
  }
}
