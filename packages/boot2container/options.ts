import { CAPABILITIES } from './capabilities.ts'
import type { Container, OnFinish, PullPolicy } from './config.ts'
import type { Draft, DraftConfig } from './draft.ts'
import { readErrors as errors } from './errors.ts'
import type { Field, Located } from './located.ts'
import { readInterface } from './read-interface.ts'
import { readArgumentsKey, readImageKey } from './read-keys.ts'
import { readReport, readSecret } from './read-sinks.ts'
import { hideCredentials, isName, readList, readSize, readUrl, readWord, readYesNo } from './read-values.ts'
import { readFilesystem, readS3Alias, readVolume } from './read-volume.ts'
import { splitArguments } from './split-arguments.ts'

/** A parameter that is known. */
export type Option = {
  /** Without `b2c.`. */
  readonly name: string
  /** Older names. */
  readonly aliases?: readonly string[]
  /** Whether several make a list; of others the last one counts. */
  readonly repeatable?: boolean
} & (
  | { readonly kind: 'flag'; set(draft: Draft, value: Located | undefined): void }
  | {
      readonly kind: 'value'
      /** What is as by default again when another value follows. */
      readonly resets?: keyof DraftConfig
      set(draft: Draft, value: Located): void
    }
  /** An empty value means something too. */
  | { readonly kind: 'arguments'; set(draft: Draft, value: Located, spot: number): void }
  | {
      readonly kind: 'fields'
      /** Names of the fields that have a place instead. */
      readonly places: readonly string[]
      set(draft: Draft, fields: readonly Field[], spot: number): void
    }
)

const PULL_POLICIES: readonly PullPolicy[] = ['always', 'newer', 'missing', 'never']
const FINISHES: readonly OnFinish[] = ['poweroff', 'reboot', 'rerun', 'soft-reboot', 'hold']
const REQUIREMENTS = ['digest', 'signature'] as const

export const OPTIONS: readonly Option[] = [
  { ...containerList('containers'), name: 'run', aliases: ['container'] },
  { ...containerList('services'), name: 'run_service', aliases: ['service'] },
  { ...containerList('postContainers'), name: 'run_post', aliases: ['post_container'] },
  {
    name: 'pipefail',
    kind: 'flag',
    set: (draft, value) => {
      if (value !== undefined) draft.warn(value.spot(), errors.flagWithValue('b2c.pipefail', value.text))
      draft.config.pipefail = true
    },
  },
  word('pull', 'pull', PULL_POLICIES),
  {
    name: 'privileged',
    kind: 'flag',
    // What cannot be read was most likely meant to take privileges away.
    set: (draft, value) => (draft.config.privileged = readYesNo(draft, 'b2c.privileged', value) ?? false),
  },
  capabilities('cap_add', 'addCapabilities'),
  capabilities('cap_drop', 'dropCapabilities'),
  {
    name: 'read_only',
    kind: 'flag',
    set: (draft, value) => (draft.config.readOnly = readYesNo(draft, 'b2c.read_only', value) ?? true),
  },
  {
    name: 'require',
    kind: 'value',
    set: (draft, value) => {
      const words = readList(value).map((item) => readWord(draft, 'b2c.require', item, REQUIREMENTS))
      // A word that cannot be read asks for something: for all there is.
      const asks = (word: 'digest' | 'signature') => words.includes(word) || words.includes(undefined)
      const { publicKeys } = draft.config.imagePolicy
      draft.config.imagePolicy = {
        requireDigest: asks('digest'),
        publicKeys,
        ...(asks('signature') ? { requireSignature: true } : {}),
      }
    },
  },
  {
    name: 'image_key',
    kind: 'value',
    repeatable: true,
    set: (draft, value) => {
      const { imagePolicy } = draft.config
      const publicKeys = [...imagePolicy.publicKeys, readImageKey(draft, value)]
      draft.place(['imagePolicy', 'publicKeys', publicKeys.length - 1], value.spot())
      draft.config.imagePolicy = { ...imagePolicy, publicKeys }
    },
  },
  {
    name: 'cache_device',
    kind: 'value',
    resets: 'cacheDevice',
    set: (draft, value) => {
      const { text } = value
      if (text === 'none' || text === 'auto' || text === 'reset') draft.config.cacheDevice = { kind: text }
      else if (text.startsWith('/')) draft.config.cacheDevice = { kind: 'device', path: text }
      else if (isName(text)) draft.config.cacheDevice = { kind: 'filesystem', name: text }
      else draft.error(value.spot(), errors.badName('file system', text))
    },
  },
  size('cache_limit', 'cacheLimitBytes'),
  size('swap', 'swapBytes'),
  { name: 'filesystem', repeatable: true, kind: 'fields', places: ['name'], set: readFilesystem },
  { name: 'volume', repeatable: true, kind: 'fields', places: ['name'], set: readVolume },
  {
    name: 'minio',
    repeatable: true,
    kind: 'fields',
    places: ['alias', 'url', 'key', 'secret'],
    set: readS3Alias,
  },
  { name: 'iface', repeatable: true, kind: 'fields', places: ['name'], set: readInterface },
  {
    name: 'ntp_peer',
    kind: 'value',
    resets: 'ntpPeer',
    set: ({ config }, { text }) => {
      if (text !== 'none') config.ntpPeer = text === 'auto' ? 'pool.ntp.org' : text
    },
  },
  {
    name: 'extra_args_url',
    kind: 'value',
    resets: 'extraArgs',
    set: (draft, value) => {
      const url = readUrl(draft, 'b2c.extra_args_url', value)
      if (url !== undefined) draft.config.extraArgs = { url, publicKeys: draft.argumentsKeys }
    },
  },
  {
    name: 'extra_args_key',
    kind: 'value',
    repeatable: true,
    set: (draft, value) => {
      draft.argumentsKeys.push(readArgumentsKey(draft, value))
      draft.place(['extraArgs', 'publicKeys'], value.spot())
    },
  },
  {
    name: 'insmods',
    kind: 'value',
    resets: 'modules',
    set: (draft, value) => (draft.config.modules = readList(value).map(({ text }) => text)),
  },
  text('hostname', 'hostname'),
  text('keymap', 'keymap'),
  {
    name: 'poweroff_delay',
    kind: 'value',
    resets: 'poweroffDelaySec',
    set: (draft, value) => {
      if (/^\d{1,7}(\.\d{1,3})?$/.test(value.text)) draft.config.poweroffDelaySec = Number(value.text)
      else draft.error(value.spot(), errors.badSeconds('b2c.poweroff_delay', value.text))
    },
  },
  text('shutdown_cmd', 'shutdownCommand'),
  text('reboot_cmd', 'rebootCommand'),
  word('on_finish', 'onFinish', FINISHES),
  { name: 'report', repeatable: true, kind: 'value', set: readReport },
  { name: 'secret', repeatable: true, kind: 'fields', places: ['name', 'from'], set: readSecret },
]

/** All that it may be called. */
export function optionNames({ name, aliases = [] }: Option): string[] {
  return [name, ...aliases].map((one) => `b2c.${one}`)
}

type OptionOf<Kind> = Extract<Option, { kind: Kind }>

function containerList(key: 'containers' | 'services' | 'postContainers'): OptionOf<'arguments'> {
  return {
    name: key,
    repeatable: true,
    kind: 'arguments',
    set: (draft, value, spot) => {
      const list: Container[] = draft.config[key]
      hideCredentials(draft, value)
      const split = splitArguments(value)
      const path = [key, list.length]
      draft.place(path, value.text === '' ? spot : value.spot())
      if ('unclosedAt' in split) draft.error(split.unclosedAt, errors.badArguments())
      else for (const [at, spot] of split.spots.entries()) draft.place([...path, 'args', at], spot)
      list.push({ args: 'args' in split ? split.args : [], index: list.length })
    },
  }
}

function text(name: string, key: 'hostname' | 'keymap' | 'shutdownCommand' | 'rebootCommand') {
  return option(name, key, (draft, value) => (draft.config[key] = value.text))
}

function size(name: string, key: 'cacheLimitBytes' | 'swapBytes') {
  return option(name, key, (draft, value) => {
    const bytes = readSize(draft, `b2c.${name}`, value)
    if (bytes !== undefined) draft.config[key] = bytes
  })
}

function word<Key extends 'pull' | 'onFinish'>(name: string, key: Key, known: readonly DraftConfig[Key][]) {
  return option(name, key, (draft, value) => {
    const found = readWord(draft, `b2c.${name}`, value, known)
    if (found !== undefined) draft.config[key] = found
  })
}

function capabilities(name: string, key: 'addCapabilities' | 'dropCapabilities') {
  const set = (draft: Draft, value: Located) => {
    for (const item of readList(value)) {
      const capability = item.text.toUpperCase().replace(/^CAP_/, '')
      if (!CAPABILITIES.includes(capability))
        draft.error(item.spot(), errors.badCapability(item.text, draft.suggest(capability, CAPABILITIES)))
      else draft.config[key].push(capability)
    }
  }
  return { name, kind: 'value', repeatable: true, set } as const
}

function option(
  name: string,
  resets: keyof DraftConfig,
  set: (draft: Draft, value: Located) => void,
): OptionOf<'value'> {
  return { name, kind: 'value', resets, set }
}
