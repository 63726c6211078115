import type { Filesystem } from '@afloat/boot2container'
import { AfloatError } from '@afloat/report'
import { type MountRequest, mount, unmount } from '../sys/mounts.ts'
import type { Sys } from '../sys/sys.ts'
import { waitUntil } from '../sys/wait-until.ts'
import { b2cError } from './errors.ts'
import { places } from './places.ts'
import type { Reporter } from './report.ts'

/** The named file systems. Each is mounted when it is first asked for, and stays so. */
export interface Filesystems {
  /** Where it is mounted. Throws `b2c/filesystem-missing`, `b2c/filesystem-unusable`. */
  path(name: string): string
  /** Unmounts all, last first. */
  close(): void
}

const patienceMs = 10_000

/** `needNetwork` waits for the network, for those that are on another machine. */
export function openFilesystems(
  sys: Sys,
  report: Reporter,
  wanted: readonly Filesystem[],
  needNetwork: () => void,
): Filesystems {
  const mounted: string[] = []
  return {
    path(name) {
      const target = `${places.filesystems}/${name}`
      if (mounted.includes(target)) return target
      const filesystem = wanted.find((one) => one.name === name)
      if (filesystem === undefined) {
        throw b2cError(
          'b2c/filesystem-missing',
          `Cannot find file system "${name}": no b2c.filesystem has this name`,
          {
            hint: `Add b2c.filesystem=${name},src=…`,
          },
        )
      }
      report.stage('filesystem', name, () => mountOne(sys, filesystem, target, needNetwork))
      mounted.push(target)
      return target
    },
    close() {
      for (const target of mounted.splice(0).reverse()) unmount(sys, target)
    },
  }
}

function mountOne(sys: Sys, filesystem: Filesystem, target: string, needNetwork: () => void): void {
  const { name, source } = filesystem
  const request = mountRequest(filesystem, target)
  if (isRemote(filesystem)) needNetwork()
  else if (source.startsWith('/dev/') && !waitUntil(sys, patienceMs, () => sys.exists(source) || undefined)) {
    throw b2cError('b2c/filesystem-missing', `Cannot mount file system "${name}": ${source} is not there`, {
      hint: 'Check the device and src= of b2c.filesystem; its driver may be in the pack "modules"',
    })
  }
  if (request.type !== undefined) sys.run(['modprobe', '-q', '-a', ...driversOf(request.type)])
  try {
    mount(sys, request)
  } catch (error) {
    if (!(error instanceof AfloatError)) throw error
    throw b2cError('b2c/filesystem-unusable', `Cannot mount file system "${name}": ${error.message}`, {
      hint: hintFor(sys, request.type),
      cause: error,
    })
  }
}

/** Returns how a named file system is mounted. */
export function mountRequest(filesystem: Filesystem, target: string): MountRequest {
  const type = filesystem.type ?? (isRemote(filesystem) ? 'nfs' : undefined)
  // There is no daemon for locks.
  const extra = type === 'nfs' && !filesystem.options.includes('lock') ? ['nolock'] : []
  const transport =
    type === '9p' && !filesystem.options.some((one) => one.startsWith('trans=')) ? ['trans=virtio'] : []
  return {
    source: filesystem.source,
    target,
    ...(type === undefined ? {} : { type }),
    options: [...filesystem.options, ...extra, ...transport],
  }
}

function isRemote({ source, type }: Filesystem): boolean {
  return type === 'nfs' || type === 'nfs4' || type === 'cifs' || /^[^/]+:\//.test(source)
}

function driversOf(type: string): string[] {
  return type === '9p' ? ['9p', '9pnet_virtio'] : type.startsWith('nfs') ? ['nfs', 'nfsv3', 'nfsv4'] : [type]
}

function hintFor(sys: Sys, type: string | undefined): string {
  const pack = type?.startsWith('nfs') ? 'nfs' : 'modules'
  const known = sys.readText('/proc/filesystems') ?? ''
  if (type !== undefined && !new RegExp(`\\t${type}$`, 'm').test(known)) {
    return `The kernel has no driver for "${type}": add the pack "${pack}"`
  }
  return 'Check src=, type= and opts= of b2c.filesystem'
}
