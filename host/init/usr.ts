import type { Cmdline } from '@afloat/cmdline'
import { parseVeritySuperblock, verityTable } from '@afloat/disk'
import { mount } from '../sys/mounts.ts'
import type { Sys } from '../sys/sys.ts'
import { initError } from './errors.ts'
import { places } from './places.ts'
import type { Slot } from './wait-for-usr.ts'

/** Returns the root hash that the command line inside the UKI demands. */
export function readRootHash(cmdline: Cmdline): string {
  const rootHash = cmdline.get('usrhash')
  const hint = 'Boot an unchanged Afloat UKI: the parameter is part of it'
  if (rootHash === undefined)
    throw initError('init/no-root-hash', 'Cannot verify /usr: the kernel command line has no "usrhash="', {
      hint,
    })
  if (!/^[0-9a-f]{64}$/.test(rootHash)) {
    throw initError(
      'init/bad-root-hash',
      `Cannot use usrhash="${rootHash}": expected 64 lower-case hexadecimal digits`,
      { hint },
    )
  }
  return rootHash
}

/**
 * Puts a slot behind dm-verity and mounts it where its programs can run: in a root made of memory.
 * Throws `init/usr-damaged` when hash tree or file system do not match the root hash.
 */
export function openUsr(sys: Sys, slot: Slot, rootHash: string): void {
  const superblock = parseVeritySuperblock(sys.readBytes(slot.verity, { length: 512 }) ?? new Uint8Array())
  if (superblock === undefined)
    throw damaged(slot, `${slot.verity} does not begin with a dm-verity superblock`)
  // The superblock is not signed, the root hash is: a weaker hash must not be chosen for it.
  if (superblock.algorithm !== 'sha256')
    throw damaged(slot, `${slot.verity} uses ${JSON.stringify(superblock.algorithm)}, expected sha256`)
  const table = verityTable(superblock, { data: slot.usr, hash: slot.verity }, rootHash)
  try {
    // The first: with the processor's own instructions, where it has them, a block is hashed several times as fast.
    sys.run(['modprobe', '-q', '-a', 'sha256_ssse3', 'dm_verity', 'erofs'])
    // No udev is here to make device nodes; told so, libdevmapper makes them itself.
    sys.mustRun(['dmsetup', 'create', 'usr', '--readonly', '--table', table], {
      env: { DM_DISABLE_UDEV: '1' },
    })
    stageRoot(sys)
    mount(sys, { source: '/dev/mapper/usr', target: `${places.stage}/usr`, type: 'erofs', options: ['ro'] })
  } catch (error) {
    throw damaged(slot, error instanceof Error ? error.message : String(error))
  }
}

function damaged(slot: Slot, found: string) {
  return initError('init/usr-damaged', `Cannot open /usr on ${slot.usr}: ${found}`, {
    hint: 'The slot does not hold what was signed for it. Boot the other slot, or write the release again',
  })
}

/** Makes the root that programs of /usr run in before there is a root file system. */
function stageRoot(sys: Sys): void {
  const { stage } = places
  mount(sys, { source: 'tmpfs', target: stage, type: 'tmpfs', options: ['mode=0755', 'size=50%'] })
  for (const dir of ['usr', 'etc', 'tmp', 'var/tmp']) sys.makeDirs(`${stage}/${dir}`)
  for (const name of ['bin', 'sbin', 'lib', 'lib64']) sys.symlink(`usr/${name}`, `${stage}/${name}`)
  sys.symlink('/proc/self/mounts', `${stage}/etc/mtab`)
  for (const dir of ['dev', 'proc', 'sys', 'run']) {
    mount(sys, { source: `/${dir}`, target: `${stage}/${dir}`, options: ['rbind'] })
  }
}

/** Returns the command that runs `argv` in the verified /usr before the root partition is there. */
export function inStage(argv: readonly string[]): string[] {
  return ['chroot', places.stage, ...argv]
}
