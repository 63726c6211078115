import { ext4Bytes, partitionTypes } from '@afloat/disk'
import { mount, unmount } from '../sys/mounts.ts'
import type { Sys } from '../sys/sys.ts'
import type { BootLog } from './boot-log.ts'
import { type Disk, listDisks, type Partition } from './disks.ts'
import { initError } from './errors.ts'
import { places } from './places.ts'
import { inStage } from './usr.ts'

/** A disk that grew by less is left alone: not worth touching the partition table. */
const worthGrowingBytes = 64 * 1024 * 1024

/**
 * Without delayed allocation a commit of the journal takes along the contents of all files written before it.
 * Programs count on that: podman flushes its list of images, not the files in them, and after a power cut within half
 * a minute of a pull the image would be on the list with empty files, for good.
 * Source: ext4(5), "nodelalloc" and "data=ordered"
 */
const mountOptions = ['rw', 'noatime', 'nodelalloc']

/**
 * Mounts the root partition of `disk` at /sysroot; makes it when it is missing and grows it when the disk has.
 * Throws `init/root-not-created` or `init/root-damaged`.
 */
export function openRoot(sys: Sys, log: BootLog, disk: Disk): void {
  const before = rootOf(disk)
  if (before === undefined) log.note(`Make the root partition on ${disk.device}`)
  const grow = disk.sizeBytes - disk.tableEndBytes >= worthGrowingBytes
  if (before !== undefined && grow) log.note(`Grow the root partition: ${disk.device} has become larger`)
  const root = before === undefined ? partition(sys, disk) : grow ? tryToGrow(sys, log, disk, before) : before
  check(sys, root)
  mount(sys, { source: root.device, target: places.system, type: 'ext4', options: mountOptions })
  growFileSystem(sys, log, root)
}

function rootOf(disk: Disk): Partition | undefined {
  return disk.partitions.find((partition) => partition.type === partitionTypes.x64.root)
}

/** A machine that cannot use all of its disk still boots. */
function tryToGrow(sys: Sys, log: BootLog, disk: Disk, before: Partition): Partition {
  try {
    return partition(sys, disk)
  } catch (error) {
    log.note(`Warning: ${messageOf(error)}`)
    return before
  }
}

/** systemd-repart formats before it writes the partition table, so a cut in between leaves no half partition. */
function partition(sys: Sys, disk: Disk): Partition {
  try {
    sys.mustRun(inStage(['systemd-repart', '--dry-run=no', '--no-pager', disk.device]), {
      env: { TMPDIR: '/tmp', SYSTEMD_LOG_LEVEL: 'notice' },
    })
  } catch (error) {
    throw initError(
      'init/root-not-created',
      `Cannot make or grow the root partition on ${disk.device}: ${messageOf(error)}`,
      {
        hint: 'The disk needs 512 MiB of free space behind the partitions of the image; attach a larger one',
      },
    )
  }
  const now = listDisks(sys).find((other) => other.device === disk.device)
  const root = now === undefined ? undefined : rootOf(now)
  if (root === undefined) {
    throw initError(
      'init/root-not-created',
      `Cannot find the root partition on ${disk.device} after it was made`,
    )
  }
  return root
}

/** e2fsck: 0 clean, 1 mended, 2 mended and wants a restart (of no use before the mount), 4 and up not mended. */
function check(sys: Sys, root: Partition): void {
  const { code, stdout, stderr } = sys.run(inStage(['e2fsck', '-p', root.device]))
  if (code < 4) return
  if (fileSystemBytes(sys, root) === undefined) {
    throw initError('init/root-foreign', `Cannot use the root partition ${root.device}: it holds no ext4`, {
      hint: 'Move the data elsewhere and delete the partition; a new one is made at the next boot',
    })
  }
  throw initError(
    'init/root-damaged',
    `Cannot mend the root file system on ${root.device} (e2fsck exit code ${code}): ${`${stdout}${stderr}`.trim()}`,
    {
      hint: 'Boot with afloat.on_failure=shell and run "chroot /stage e2fsck" by hand, or replace the disk',
    },
  )
}

/**
 * Also after a cut between growing the partition and growing what is in it.
 * resize2fs grows a file system in use only if it finds it mounted, and from the stage it does not see /sysroot.
 */
function growFileSystem(sys: Sys, log: BootLog, root: Partition): void {
  const bytes = fileSystemBytes(sys, root)
  if (bytes === undefined || root.sizeBytes - bytes < worthGrowingBytes) return
  log.note(`Grow the root file system to ${Math.floor(root.sizeBytes / 2 ** 20)} MiB`)
  const seen = `${places.stage}/mnt`
  mount(sys, { source: places.system, target: seen, options: ['bind'] })
  const { code, stderr } = sys.run(inStage(['resize2fs', root.device]))
  if (code !== 0) log.note(`Warning: Cannot grow it (resize2fs exit code ${code}): ${stderr.trim()}`)
  unmount(sys, seen)
}

function fileSystemBytes(sys: Sys, { device }: Partition): number | undefined {
  return ext4Bytes(sys.readBytes(device, { length: 2048 }) ?? new Uint8Array())
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
