import { CACHE_LABEL, type CacheDevice } from '@afloat/boot2container'
import { ext4HasErrors, formatGpt, partitionTypes, toUuid } from '@afloat/disk'
import { AfloatError } from '@afloat/report'
import { listMounts, mount, unmount } from '../../sys/mounts.ts'
import type { Sys } from '../../sys/sys.ts'
import { toHex } from '../../sys/to-hex.ts'
import { waitUntil } from '../../sys/wait-until.ts'
import type { Drivers } from '../drivers.ts'
import { b2cError } from '../errors.ts'
import { places } from '../places.ts'
import type { Reporter } from '../report.ts'
import {
  type BlockDevice,
  contentOf,
  isBlank,
  isEmptyDisk,
  listBlockDevices,
  listLateBuses,
} from './block-devices.ts'
import { type CachePlan, planCache } from './plan-cache.ts'

/** Where images, volumes and swap are kept from one boot to the next. */
export type Cache = {
  readonly dir: string
  /** Whether the machine that used it before was not shut down. */
  readonly isUnclean: boolean
  close(): void
}

const patienceMs = 10_000
/**
 * Where none is there yet, or some come when they please, like sticks: after so long without another one, or anything else on
 * such a bus, that was all. What is plugged in there announces itself a second or more before its disk.
 */
const quietMs = 4_000

/**
 * Finds, makes or repairs the cache and mounts it. A machine whose cache cannot be had goes on without one, and says so.
 * `drivers` are those of disks, at work; `filesystemPath` knows the named file systems; `onEmpty` is called as soon as it
 * is known that nothing will be in it.
 */
export function openCache(
  sys: Sys,
  report: Reporter,
  request: CacheDevice,
  {
    drivers,
    filesystemPath,
    onEmpty,
  }: { drivers: Drivers; filesystemPath: (name: string) => string; onEmpty: () => void },
): Cache | undefined {
  if (request.kind === 'none') return undefined
  return report.stage('cache', undefined, () => {
    try {
      if (request.kind === 'filesystem') return begin(sys, filesystemPath(request.name), () => {})
      const plan = waitForPlan(sys, request, drivers)
      if (plan.kind === 'none')
        throw b2cError('b2c/cache-unusable', `No cache: ${plan.why}`, { hint: plan.hint })
      if (plan.kind === 'partition' || plan.format) onEmpty()
      carryOut(sys, report, plan)
      return begin(sys, places.cache, () => unmount(sys, places.cache))
    } catch (error) {
      if (!(error instanceof AfloatError)) throw error
      report.warn({
        code: error.code,
        message: `${error.message}; images stay in memory, and are fetched again at the next boot`,
        ...(error.hint === undefined ? {} : { hint: error.hint }),
      })
      return undefined
    }
  })
}

function begin(sys: Sys, dir: string, close: () => void): Cache {
  const mark = `${dir}/.in-use`
  const isUnclean = sys.exists(mark)
  sys.writeFile(mark, '')
  return {
    dir,
    isUnclean,
    close() {
      // All is there before the mark goes: of an image that is there in part nobody would know.
      sys.sync()
      sys.remove(mark)
      sys.sync()
      // Podman mounts the folder of its layers onto itself, and leaves it so.
      const below = listMounts(sys).filter(({ target }) => target.startsWith(`${dir}/`))
      for (const { target } of below.reverse()) unmount(sys, target)
      close()
    },
  }
}

function waitForPlan(sys: Sys, request: CacheDevice, drivers: Drivers): CachePlan {
  const named = request.kind === 'device' ? request.path : undefined
  const list = () => listBlockDevices(sys, named)
  const look = {
    content: (device: string) => contentOf(sys, device),
    isBlank: (device: string) => isBlank(sys, device),
  }
  let seen = ''
  let sinceMs = sys.uptimeMs()
  let settled = false
  // No disk is even looked at for emptiness, or partitioned, before all are there: the labelled one may come last, and a
  // disk is seen before its partitions are.
  const allDevices = (): BlockDevice[] | undefined => {
    const devices = list()
    const { kind } = planCache(request, devices, { ...look, isEmpty: () => false })
    const isThere = named === undefined || devices.some(({ device }) => device === named)
    if (kind === 'use' || (kind === 'none' && named !== undefined && isThere)) return devices
    const late = listLateBuses(sys)
    const names = [...devices.map(({ device }) => device), ...late].join()
    if (names !== seen) sinceMs = sys.uptimeMs()
    seen = names
    // A list that was made before the last driver had looked may lack what that brought.
    const isComplete = settled
    settled ||= isThere && drivers.settled()
    if (!isComplete) return undefined
    const enoughMs = devices.length === 0 || late.length > 0 ? quietMs : 0
    return sys.uptimeMs() - sinceMs >= enoughMs ? devices : undefined
  }
  const devices = waitUntil(sys, patienceMs, allDevices) ?? list()
  return planCache(request, devices, { ...look, isEmpty: (disk) => isEmptyDisk(sys, disk, devices) })
}

/** What is not ours alone is repaired only as far as nothing can be lost by that. */
function carryOut(sys: Sys, report: Reporter, plan: Exclude<CachePlan, { kind: 'none' }>): void {
  if (plan.kind === 'partition') {
    report.note(`${plan.disk.device} becomes the cache`)
    const device = partition(sys, plan.disk)
    format(sys, device)
    mountCache(sys, device)
    return
  }
  if (plan.format) {
    report.note(`${plan.device} is formatted`)
    format(sys, plan.device)
  }
  if (!plan.isOurs) report.note(`${plan.device} is used as it is, with what is on it`)
  if (!hasErrors(sys, plan.device) && tryMount(sys, plan.device)) return
  const { code, stdout } = sys.run(['e2fsck', plan.isOurs ? '-y' : '-p', plan.device])
  report.warn({
    code: 'b2c/cache-damaged',
    message: `File system of the cache on ${plan.device} was damaged: e2fsck ended with ${code}: ${lastLine(stdout)}`,
  })
  if (code < 4 && tryMount(sys, plan.device)) return
  if (!plan.isOurs) {
    throw b2cError(
      'b2c/cache-unusable',
      `Cannot use ${plan.device}: its file system cannot be mounted, and is not labelled ${CACHE_LABEL}, so that it is not made anew`,
      { hint: `Repair it with e2fsck; or, to lose what is on it, wipe it: wipefs --all ${plan.device}` },
    )
  }
  report.warn({
    code: 'b2c/cache-lost',
    message: `Cache on ${plan.device} is made anew: all that was in it is lost`,
  })
  format(sys, plan.device)
  mountCache(sys, plan.device)
}

/** Makes one partition of a disk that nobody else uses. Returns its device. */
function partition(sys: Sys, disk: BlockDevice): string {
  const uuid = () => toUuid(toHex(sys.randomBytes(16)))
  const pieces = formatGpt(
    { ...disk, uuid: uuid() },
    { type: partitionTypes.linuxData, uuid: uuid(), name: CACHE_LABEL },
  )
  if (pieces === undefined) throw b2cError('b2c/cache-unusable', `Cannot use ${disk.device}: it is too small`)
  const file = sys.openForWriting(disk.device, { exclusive: true })
  try {
    for (const { offset, bytes } of pieces) file.write(bytes, offset)
  } finally {
    file.close()
  }
  sys.sync(disk.device)
  sys.mustRun(['blockdev', '--rereadpt', disk.device])
  const device = `${disk.device}${/\d$/.test(disk.device) ? 'p' : ''}1`
  if (!waitUntil(sys, patienceMs, () => (sys.exists(device) ? true : undefined))) {
    throw b2cError('b2c/cache-unusable', `Cannot use ${disk.device}: its new partition does not appear`)
  }
  return device
}

/** `encrypt`: volumes may be. No room is kept for root, which is the only user. */
function format(sys: Sys, device: string): void {
  const options = ['-q', '-F', '-L', CACHE_LABEL, '-O', 'encrypt', '-m', '0', '-E', 'nodiscard']
  sys.mustRun(['mkfs.ext4', ...options, device])
}

function mountCache(sys: Sys, device: string): void {
  mount(sys, { source: device, target: places.cache, type: 'ext4', options: ['noatime'] })
}

function tryMount(sys: Sys, device: string): boolean {
  try {
    mountCache(sys, device)
    return true
  } catch (error) {
    if (error instanceof AfloatError) return false
    throw error
  }
}

function hasErrors(sys: Sys, device: string): boolean {
  return ext4HasErrors(sys.readBytes(device, { length: 2048 }) ?? new Uint8Array())
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? ''
}
