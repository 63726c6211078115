import type { Add } from '@afloat/ignition'
import { decodeBase64 } from '@afloat/ignition/base64'
import { nearestName, type Path } from '@afloat/report'
import type { PipelineConfig, Volume } from '../config.ts'
import { readContainer } from '../read-container.ts'
import { checkFilesystemName, checkUnique, hasCache, type PipelineRule, secretName } from './checker.ts'
import { checkErrors as errors } from './errors.ts'

export const checkCache: PipelineRule = (config, add) => {
  const { cacheDevice, cacheLimitBytes, swapBytes, pull, filesystems } = config
  if (cacheDevice.kind === 'filesystem')
    checkFilesystemName(config, cacheDevice.name, ['b2c.cache_device'], add)
  if (cacheDevice.kind === 'reset') add('warning', ['b2c.cache_device'], errors.cacheReset())
  if (swapBytes !== undefined && !hasCache(config)) add('error', ['b2c.swap'], errors.swapWithoutCache())
  if (cacheLimitBytes !== undefined && !hasCache(config))
    add('warning', ['b2c.cache_limit'], errors.limitWithoutCache())
  if ((swapBytes ?? 0) > (cacheLimitBytes ?? Number.POSITIVE_INFINITY))
    add('warning', ['b2c.swap'], errors.swapTooLarge())
  if (pull === 'never' && !hasCache(config)) add('warning', ['b2c.pull'], errors.neverPulled())
  checkUnique(
    'File system',
    'filesystems',
    filesystems.map(({ name }) => name),
    add,
  )
}

export const checkVolumes: PipelineRule = (config, add, isComplete) => {
  const { volumes, s3Aliases } = config
  checkUnique(
    'Volume',
    'volumes',
    volumes.map(({ name }) => name),
    add,
  )
  checkUnique(
    'S3 alias',
    's3Aliases',
    s3Aliases.map(({ alias }) => alias),
    add,
  )
  const mounted = mountedVolumes(config)
  for (const [index, volume] of volumes.entries()) {
    const path = ['volumes', index]
    if (volume.filesystem !== undefined)
      checkFilesystemName(config, volume.filesystem, [...path, 'filesystem'], add)
    checkMirror(config, volume, path, add)
    checkEncryption(config, volume, path, add)
    if (mounted !== undefined && !mounted.has(volume.name) && isComplete)
      add('warning', path, errors.neverMounted(volume.name))
  }
}

/** Undefined where it cannot be told: other options than `--volume` can mount one. */
function mountedVolumes({
  services,
  containers,
  postContainers,
  reports,
}: PipelineConfig): Set<string> | undefined {
  const all = [...services, ...containers, ...postContainers].map(({ args }) => readContainer(args))
  if (all.some(({ unknownOption }) => unknownOption !== undefined)) return undefined
  const options = all.flatMap((one) => one.options)
  if (options.some(({ name }) => name === 'mount' || name === 'volumes-from')) return undefined
  return new Set([
    ...options.filter(({ name }) => name === 'volume').map(({ value }) => value.split(':')[0]!),
    ...reports.flatMap((sink) => (sink.kind === 'volume' ? [sink.volume] : [])),
  ])
}

function checkMirror(config: PipelineConfig, volume: Volume, path: Path, add: Add): void {
  const { pullFrom, pushTo, pullOn, pushOn, expiration, filesystem } = volume
  const isArmed = pullFrom !== undefined && pushTo !== undefined
  if (pullFrom !== undefined && !isArmed)
    add('warning', [...path, 'pullFrom'], errors.notArmed('pull_from', 'push_to'))
  if (pushTo !== undefined && !isArmed)
    add('warning', [...path, 'pushTo'], errors.notArmed('push_to', 'pull_from'))
  if (isArmed && pullOn.length === 0 && pushOn.length === 0) add('warning', path, errors.neverSynced())
  if (!isArmed && pullFrom === undefined && pushTo === undefined) {
    if (pullOn.length > 0) add('warning', [...path, 'pullOn'], errors.conditionWithoutMirror('pull_on'))
    if (pushOn.length > 0) add('warning', [...path, 'pushOn'], errors.conditionWithoutMirror('push_on'))
    if (filesystem === undefined && expiration === 'never' && !hasCache(config))
      add('warning', path, errors.inMemory())
  }
  for (const [key, field, conditions] of [
    ['pullOn', 'pull_on', pullOn],
    ['pushOn', 'push_on', pushOn],
  ] as const)
    if (conditions.length > 1 && conditions.includes('changes'))
      add('warning', [...path, key], errors.changesOverride(field))
  const aliases = config.s3Aliases.map(({ alias }) => alias)
  for (const key of pullFrom === pushTo ? (['pullFrom'] as const) : (['pullFrom', 'pushTo'] as const)) {
    const alias = volume[key]?.split('/')[0]
    if (alias !== undefined && !aliases.includes(alias))
      add('error', [...path, key], errors.unknownAlias(alias, aliases, nearestName(alias, aliases)))
  }
}

function checkEncryption(config: PipelineConfig, volume: Volume, path: Path, add: Add): void {
  const { fscryptKey, resetFscryptKey, filesystem } = volume
  if (fscryptKey === undefined) {
    if (resetFscryptKey) add('warning', path, errors.resetWithoutKey())
    return
  }
  const at = [...path, 'fscryptKey']
  if (secretName(fscryptKey) === undefined) {
    const bytes = decodeBase64(fscryptKey)
    if (bytes === undefined) add('error', at, errors.keyNotBase64())
    else if (bytes.length < 32 || bytes.length > 64) add('error', at, errors.keyLength(bytes.length))
  }
  const target =
    filesystem ?? (config.cacheDevice.kind === 'filesystem' ? config.cacheDevice.name : undefined)
  const type = config.filesystems.find(({ name }) => name === target)?.type
  if (type !== undefined && !['ext4', 'f2fs', 'ubifs'].includes(type))
    add('error', at, errors.notEncryptable(target ?? '', type))
  if (filesystem === undefined && !hasCache(config)) add('error', at, errors.encryptionWithoutDisk())
}
