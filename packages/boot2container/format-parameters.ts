import { finding, type Issue, type Path } from '@afloat/report'
import type {
  Container,
  Filesystem,
  Interface,
  PipelineConfig,
  ReportSink,
  S3Alias,
  Secret,
  Volume,
} from './config.ts'
import { defaultPipeline } from './draft.ts'
import { formatSize } from './parse-size.ts'
import { formatImageKey } from './read-keys.ts'
import { REPORT_PORT } from './read-sinks.ts'

export interface FormattedParameter {
  /** As it is written on the command line, in quotes where it needs them. */
  readonly text: string
  /** Whether it must be known before extra arguments can be fetched. */
  readonly isEarly: boolean
}

export interface FormattedParameters {
  readonly parameters: readonly FormattedParameter[]
  /** What cannot be written at all. */
  readonly issues: readonly Issue[]
}

/** Writes a pipeline as parameters; what is as by default is left out. Those of a list keep their order. */
export function formatParameters(config: PipelineConfig): FormattedParameters {
  const writer = new Writer()
  const defaults = defaultPipeline()
  const { imagePolicy, extraArgs, cacheDevice } = config
  writer.early = true
  for (const [index, sink] of config.reports.entries())
    writer.value('report', formatSink(sink), ['reports', index])
  if (config.hostname !== defaults.hostname) writer.value('hostname', config.hostname, ['hostname'])
  for (const [index, one] of config.interfaces.entries()) formatInterface(writer, one, ['interfaces', index])
  if (config.ntpPeer !== undefined) writer.value('ntp_peer', config.ntpPeer, ['ntpPeer'])
  for (const key of extraArgs?.publicKeys ?? [])
    writer.value('extra_args_key', key, ['extraArgs', 'publicKeys'])
  if (extraArgs) writer.value('extra_args_url', extraArgs.url, ['extraArgs', 'url'])
  writer.early = false

  if (config.modules.length > 0) writer.list('insmods', config.modules, ['modules'])
  if (config.keymap !== undefined) writer.value('keymap', config.keymap, ['keymap'])
  for (const [index, secret] of config.secrets.entries())
    writer.value('secret', formatSecret(secret), ['secrets', index])
  for (const [index, one] of config.filesystems.entries())
    formatFilesystem(writer, one, ['filesystems', index])
  if (cacheDevice.kind === 'device') writer.value('cache_device', cacheDevice.path, ['cacheDevice'])
  else if (cacheDevice.kind === 'filesystem') writer.value('cache_device', cacheDevice.name, ['cacheDevice'])
  else if (cacheDevice.kind !== 'none') writer.value('cache_device', cacheDevice.kind, ['cacheDevice'])
  if (config.cacheLimitBytes !== undefined)
    writer.value('cache_limit', formatSize(config.cacheLimitBytes), ['cacheLimitBytes'])
  if (config.swapBytes !== undefined) writer.value('swap', formatSize(config.swapBytes), ['swapBytes'])
  for (const [index, alias] of config.s3Aliases.entries()) formatAlias(writer, alias, ['s3Aliases', index])
  for (const [index, volume] of config.volumes.entries()) formatVolume(writer, volume, ['volumes', index])

  if (config.pull !== defaults.pull) writer.value('pull', config.pull, ['pull'])
  if (!config.privileged) writer.value('privileged', 'no', ['privileged'])
  if (config.addCapabilities.length > 0) writer.list('cap_add', config.addCapabilities, ['addCapabilities'])
  if (config.dropCapabilities.length > 0)
    writer.list('cap_drop', config.dropCapabilities, ['dropCapabilities'])
  if (config.readOnly) writer.flag('read_only')
  const required = [
    ...(imagePolicy.requireDigest ? ['digest'] : []),
    ...(imagePolicy.requireSignature ? ['signature'] : []),
  ]
  if (required.length > 0) writer.list('require', required, ['imagePolicy'])
  for (const [index, key] of imagePolicy.publicKeys.entries())
    writer.value('image_key', formatImageKey(key), ['imagePolicy', 'publicKeys', index])
  for (const [name, key] of CONTAINERS)
    for (const [index, container] of config[key].entries())
      writer.value(name, formatContainer(container), [key, index])
  if (config.pipefail) writer.flag('pipefail')

  if (config.poweroffDelaySec > 0)
    writer.value('poweroff_delay', String(config.poweroffDelaySec), ['poweroffDelaySec'])
  if (config.shutdownCommand !== undefined)
    writer.value('shutdown_cmd', config.shutdownCommand, ['shutdownCommand'])
  if (config.rebootCommand !== undefined) writer.value('reboot_cmd', config.rebootCommand, ['rebootCommand'])
  if (config.onFinish !== defaults.onFinish) writer.value('on_finish', config.onFinish, ['onFinish'])
  return writer
}

const CONTAINERS = [
  ['run_service', 'services'],
  ['run', 'containers'],
  ['run_post', 'postContainers'],
] as const

class Writer implements FormattedParameters {
  readonly parameters: FormattedParameter[] = []
  readonly issues: Issue[] = []
  /** For what is written from now on. */
  early = false

  flag(name: string): void {
    this.#push(`b2c.${name}`)
  }

  value(name: string, value: string, path: Path): void {
    const bad = /["\x00-\x1f\x7f]/.exec(value)?.[0]
    if (bad !== undefined) this.#refuse(path, bad)
    this.#push(value.includes(' ') ? `b2c.${name}="${value}"` : `b2c.${name}=${value}`)
  }

  list(name: string, items: readonly string[], path: Path): void {
    this.value(name, this.join(items, ',', path), path)
  }

  join(items: readonly string[], separator: string, path: Path): string {
    if (items.some((item) => item.includes(separator))) this.#refuse(path, separator)
    return items.join(separator)
  }

  /** Fields with a place first; of a pair, undefined is left out, `true` is the name alone, a list is several. */
  fields(
    name: string,
    places: readonly string[],
    fields: Readonly<Record<string, string | readonly string[] | boolean | undefined>>,
    path: Path,
  ): void {
    const parts = [...places]
    for (const [key, value] of Object.entries(fields)) {
      if (value === true) parts.push(key)
      if (value === undefined || typeof value === 'boolean') continue
      for (const item of typeof value === 'string' ? [value] : value) parts.push(`${key}=${item}`)
    }
    this.list(name, parts, path)
  }

  #push(text: string): void {
    this.parameters.push({ text, isEarly: this.early })
  }

  #refuse(path: Path, character: string): void {
    const shown = /[\x00-\x20\x7f]/.test(character) ? JSON.stringify(character) : character
    this.issues.push({
      severity: 'error',
      path,
      ...finding(
        'b2c/unwritable',
        `Cannot write the value as a parameter: it holds ${shown}`,
        'Leave the character out; only arguments of containers can have it',
      ),
    })
  }
}

function formatSink(sink: ReportSink): string {
  if (sink.kind === 'virtio') return sink.port === REPORT_PORT ? 'virtio' : `virtio:${sink.port}`
  if (sink.kind === 'volume') return `volume:${sink.volume}/${sink.path}`
  return sink.kind === 'url' ? sink.url : 'console'
}

function formatSecret({ name, source }: Secret): string {
  if (source.kind === 'fw_cfg') return `${name},from=fw_cfg:${source.key}`
  if (source.kind === 'smbios') return `${name},from=smbios:${source.name}`
  if (source.kind === 'file') return `${name},from=file:${source.filesystem}/${source.path}`
  return `${name},from=${source.url}`
}

function formatInterface(writer: Writer, one: Interface, path: Path): void {
  const { name, dhcp, addresses, gateway, routes, nameservers, forward } = one
  const route = routes.map(({ destination, gateway }) => `${destination}:${gateway}`)
  const fields = { dhcp, address: addresses, gateway, route, nameserver: nameservers, forward }
  writer.fields('iface', [name], fields, path)
}

function formatFilesystem(writer: Writer, { name, source, type, options }: Filesystem, path: Path): void {
  const opts = options.length === 0 ? undefined : writer.join(options, '|', path)
  writer.fields('filesystem', [name], { src: source, type, opts }, path)
}

function formatAlias(writer: Writer, { alias, url, key, secret }: S3Alias, path: Path): void {
  // The secret takes the rest, commas and all.
  writer.value('minio', `${writer.join([alias, url, key], ',', path)},${secret}`, path)
}

function formatVolume(writer: Writer, volume: Volume, path: Path): void {
  const { name, pullFrom, pushTo, pullOn, pushOn, expiration } = volume
  const isMirror = pullFrom !== undefined && pullFrom === pushTo
  const fields = {
    filesystem: volume.filesystem,
    mirror: isMirror ? pullFrom : undefined,
    pull_from: isMirror ? undefined : pullFrom,
    push_to: isMirror ? undefined : pushTo,
    pull_on: pullOn.length === 0 ? undefined : pullOn.join('|'),
    push_on: pushOn.length === 0 ? undefined : pushOn.join('|'),
    expiration: expiration === 'never' ? undefined : expiration,
    overwrite: volume.overwrite,
    remove: volume.remove,
    exclude: volume.exclude,
    encrypt_key: volume.encryptKey,
    preserve: volume.preserve,
    fscrypt_key: volume.fscryptKey,
    fscrypt_reset_key: volume.resetFscryptKey,
  }
  writer.fields('volume', [name], fields, path)
}

/** Arguments as `splitArguments` reads them. No double quote is left: the command line would drop it. */
function formatContainer({ args }: Container): string {
  return args.map(formatArgument).join(' ')
}

export function formatArgument(argument: string): string {
  if (/^[\w@%+=:,./|~^?*[\]{}!#-]+$/.test(argument)) return argument
  if (!/['"\\\x00-\x1f\x7f]/.test(argument)) return `'${argument}'`
  const escaped = argument.replaceAll(
    /['"\\\x00-\x1f\x7f]/g,
    (character) => ESCAPES[character] ?? `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`,
  )
  return `$'${escaped}'`
}

const ESCAPES: Readonly<Record<string, string>> = {
  "'": "\\'",
  '\\': '\\\\',
  '\n': '\\n',
  '\t': '\\t',
  '\r': '\\r',
}
