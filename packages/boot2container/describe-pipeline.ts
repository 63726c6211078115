import type { CacheDevice, Interface, PipelineConfig, ReportSink, Secret, Volume } from './config.ts'
import { withoutUserInfo } from './errors.ts'
import { neededPacks } from './needed-packs.ts'
import { formatSize } from './parse-size.ts'
import { readContainer } from './read-container.ts'

/** Something that a machine does, in the order that it does it. */
export interface PipelineStep {
  /** As in the report of the machine. */
  readonly stage: string
  readonly text: string
}

/** Tells what a machine will do, in order. Secrets are not in it. `ip` is the value of the kernel's parameter. */
export function describePipeline(config: PipelineConfig, ip?: string): PipelineStep[] {
  const steps: PipelineStep[] = []
  const add = (stage: string, text: string | undefined) => {
    if (text !== undefined) steps.push({ stage, text })
  }
  const packs = neededPacks(config)
  add('packs', packs.length === 0 ? undefined : `the initramfs needs ${packs.join(', ')}`)
  for (const sink of config.reports) add('report', `report to ${describeSink(sink)}`)
  for (const name of config.modules) add('modules', `load ${name}`)
  add('network', `be called ${config.hostname}`)
  if (config.interfaces.length === 0)
    add('network', ip === undefined ? 'DHCP on every Ethernet interface' : `as the kernel was told: ip=${ip}`)
  for (const one of config.interfaces) add('network', describeInterface(one))
  add('clock', config.ntpPeer && `set the clock from ${config.ntpPeer}`)
  if (config.extraArgs) {
    const { url, publicKeys } = config.extraArgs
    const how = publicKeys.length > 0 ? 'check their signature' : 'do not check any signature'
    add('arguments', `fetch extra arguments from ${withoutUserInfo(url)}, ${how}`)
  }
  for (const { name, source, type } of config.filesystems)
    add('filesystem', `${name}: ${source}${type === undefined ? '' : `, ${type}`}`)
  for (const secret of config.secrets) add('secret', describeSecret(secret))
  add('cache', describeCache(config.cacheDevice, config.cacheLimitBytes))
  add('swap', config.swapBytes === undefined ? undefined : `${formatSize(config.swapBytes)} on the cache`)
  for (const volume of config.volumes) add('volume', describeVolume(volume, config))
  const images = describeImages(config)
  for (const { args } of config.services) add('service', `in the background: ${describeContainer(args)}`)
  for (const [index, { args }] of config.containers.entries())
    add('container', `${index}: ${describeContainer(args)}${index === 0 ? `; ${images}` : ''}`)
  if (config.containers.length > 1)
    add('container', config.pipefail ? 'stop at the first that fails' : 'go on when one fails')
  for (const { args } of config.postContainers) add('post', `whatever came of it: ${describeContainer(args)}`)
  for (const volume of config.volumes) add('cleanup', describeEnd(volume))
  add('finish', describeFinish(config))
  return steps
}

function describeSink(sink: ReportSink): string {
  if (sink.kind === 'virtio') return `virtio port ${sink.port}`
  if (sink.kind === 'volume') return `file ${sink.path} on volume ${sink.volume}`
  return sink.kind === 'url' ? withoutUserInfo(sink.url) : 'the console'
}

function describeInterface({
  name,
  dhcp,
  addresses,
  gateway,
  routes,
  nameservers,
  forward,
}: Interface): string {
  return [
    `${name}: ${[...(dhcp ? ['DHCP'] : []), ...addresses].join(', ') || 'no address'}`,
    ...(gateway === undefined ? [] : [`gateway ${gateway}`]),
    ...routes.map((route) => `${route.destination} by ${route.gateway}`),
    ...nameservers.map((server) => `name server ${server}`),
    ...(forward ? ['forward packets'] : []),
  ].join(', ')
}

function describeSecret({ name, source }: Secret): string {
  if (source.kind === 'fw_cfg') return `${name}: from fw_cfg ${source.key}`
  if (source.kind === 'smbios') return `${name}: from the SMBIOS credential ${source.name}`
  return source.kind === 'https'
    ? `${name}: from ${withoutUserInfo(source.url)}`
    : `${name}: from ${source.path} on ${source.filesystem}`
}

function describeCache(device: CacheDevice, limitBytes: number | undefined): string {
  const limit = limitBytes === undefined ? '' : `, images at most ${formatSize(limitBytes)}`
  switch (device.kind) {
    case 'none':
      return 'none: images are kept in memory'
    case 'auto':
      return `the partition labelled B2C_CACHE, else the first empty disk; none that holds data${limit}`
    case 'reset':
      return `as with auto, and empty it${limit}`
    case 'device':
      return `${device.path}: a disk is made one partition unless it has a cache, a partition is formatted unless it holds something${limit}`
    default:
      return `the file system ${device.name}${limit}`
  }
}

function describeVolume(volume: Volume, config: PipelineConfig): string {
  const { name, filesystem, pullFrom, pushTo, pullOn, fscryptKey, resetFscryptKey } = volume
  const place = filesystem ?? (config.cacheDevice.kind === 'none' ? undefined : 'the cache')
  const isArmed = pullFrom !== undefined && pushTo !== undefined
  const isEncrypted = fscryptKey !== undefined
  return [
    `${name}: ${place === undefined ? 'in memory' : `on ${place}`}`,
    ...(isEncrypted ? [`encrypted${resetFscryptKey ? ', emptied where the key does not fit' : ''}`] : []),
    ...(isArmed && pullOn.length > 0 ? [`pulled from ${pullFrom} at ${pullOn.join(', ')}`] : []),
    ...(isArmed && volume.pushOn.length > 0 ? [`pushed to ${pushTo} at ${volume.pushOn.join(', ')}`] : []),
  ].join(', ')
}

function describeImages({ pull, imagePolicy }: PipelineConfig): string {
  const how = {
    always: 'images are pulled each time',
    newer: 'images are pulled when newer, cached ones do when the registry is silent',
    missing: 'images are pulled where none is cached',
    never: 'images are never pulled',
  }[pull]
  const signed = imagePolicy.publicKeys.length > 0 || imagePolicy.requireSignature === true
  const demands = [
    ...(imagePolicy.requireDigest ? ['by digest'] : []),
    ...(signed ? ['with a good signature'] : []),
  ]
  return demands.length === 0 ? how : `${how}, only ${demands.join(' and ')}`
}

/** Values of variables are left out: they may be secrets. */
function describeContainer(args: readonly string[]): string {
  const { image, command } = readContainer(args)
  return [image ?? 'no image', ...command].join(' ')
}

/** What is on a named file system is not the volume's to remove, unless it is encrypted. */
function describeEnd({ name, expiration, filesystem, fscryptKey }: Volume): string | undefined {
  const isShared = filesystem !== undefined && fscryptKey === undefined
  return expiration === 'pipeline_end' && !isShared ? `${name}: removed` : undefined
}

function describeFinish({
  onFinish,
  poweroffDelaySec,
  shutdownCommand,
  rebootCommand,
}: PipelineConfig): string {
  switch (onFinish) {
    case 'poweroff': {
      const delay = poweroffDelaySec > 0 ? `after ${poweroffDelaySec} s, ` : ''
      return `${delay}${shutdownCommand ?? 'power off'}`
    }
    case 'reboot':
      return rebootCommand ?? 'restart'
    case 'rerun':
      return 'run the same pipeline again'
    case 'soft-reboot':
      return 'start over from the command line, without the kernel'
    default:
      return 'stay on'
  }
}
