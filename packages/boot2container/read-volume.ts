import type { Filesystem, S3Alias, SyncCondition, Volume } from './config.ts'
import type { Draft } from './draft.ts'
import { readErrors as errors } from './errors.ts'
import type { Field, Located } from './located.ts'
import { readFields } from './read-fields.ts'
import { hideSecret, readList, readName, readUrl, readWord } from './read-values.ts'

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] }

export const SYNC_CONDITIONS: readonly SyncCondition[] = [
  'pipeline_start',
  'container_start',
  'container_end',
  'pipeline_end',
  'changes',
]

/** `name[,filesystem=][,mirror=|pull_from=,push_to=]…` */
export function readVolume(draft: Draft, fields: readonly Field[], spot: number): void {
  const { config } = draft
  const path = ['volumes', config.volumes.length]
  const exclude: string[] = []
  const volume: Mutable<Volume> = {
    name: '',
    pullOn: [],
    pushOn: [],
    expiration: 'never',
    overwrite: false,
    remove: false,
    exclude,
    preserve: false,
    resetFscryptKey: false,
  }
  const mark = (key: keyof Volume, value: Located) => draft.place([...path, key], value.spot())
  const conditions = (key: 'pullOn' | 'pushOn', name: string) => ({
    value: (value: Located) => {
      const words = readList(value, '|').map((word) => readWord(draft, name, word, SYNC_CONDITIONS))
      volume[key] = words.filter((word) => word !== undefined)
      mark(key, value)
    },
  })
  const url = (name: string, ...keys: ('pullFrom' | 'pushTo')[]) => ({
    value: (value: Located) => {
      if (!/^[^/]+\/[^/].*$/.test(value.text)) draft.error(value.spot(), errors.badMirror(name, value.text))
      for (const key of keys) {
        volume[key] = value.text
        mark(key, value)
      }
    },
  })
  readFields(draft, 'b2c.volume', fields, {
    name: { value: (value) => (volume.name = readName(draft, 'volume', value) ?? '') },
    filesystem: {
      value: (value) => {
        volume.filesystem = value.text
        mark('filesystem', value)
      },
    },
    mirror: url('mirror', 'pullFrom', 'pushTo'),
    pull_from: url('pull_from', 'pullFrom'),
    push_to: url('push_to', 'pushTo'),
    pull_on: conditions('pullOn', 'pull_on'),
    push_on: conditions('pushOn', 'push_on'),
    expiration: {
      value: (value) => {
        volume.expiration = readWord(draft, 'expiration', value, ['never', 'pipeline_end']) ?? 'never'
        mark('expiration', value)
      },
    },
    overwrite: { flag: () => (volume.overwrite = true) },
    remove: { flag: () => (volume.remove = true) },
    exclude: { value: (value) => exclude.push(value.text) },
    encrypt_key: {
      value: (value) => {
        volume.encryptKey = value.text
        mark('encryptKey', value)
        hideSecret(draft, value)
      },
    },
    preserve: { flag: () => (volume.preserve = true) },
    fscrypt_key: {
      value: (value) => {
        volume.fscryptKey = value.text
        mark('fscryptKey', value)
        hideSecret(draft, value)
      },
    },
    fscrypt_reset_key: { flag: () => (volume.resetFscryptKey = true) },
  })
  if (volume.name === '') return
  config.volumes.push(volume)
  draft.place(path, spot)
}

/** `name,src=…[,type=…][,opts=a|b|c]` */
export function readFilesystem(draft: Draft, fields: readonly Field[], spot: number): void {
  const filesystem: Mutable<Filesystem> = { name: '', source: '', options: [] }
  readFields(draft, 'b2c.filesystem', fields, {
    name: { value: (value) => (filesystem.name = readName(draft, 'file system', value) ?? '') },
    src: { value: (value) => (filesystem.source = value.text) },
    type: { value: (value) => (filesystem.type = value.text) },
    opts: { value: (value) => (filesystem.options = readList(value, '|').map(({ text }) => text)) },
  })
  if (filesystem.source === '')
    draft.error(spot, errors.fieldMissing('b2c.filesystem', 'src', `${filesystem.name || 'NAME'},src=/dev/…`))
  if (filesystem.name === '' || filesystem.source === '') return
  draft.place(['filesystems', draft.config.filesystems.length], spot)
  draft.config.filesystems.push(filesystem)
}

/** `alias,url,key,secret` */
export function readS3Alias(draft: Draft, fields: readonly Field[], spot: number): void {
  const path = ['s3Aliases', draft.config.s3Aliases.length]
  const alias: Mutable<S3Alias> = { alias: '', url: '', key: '', secret: '' }
  const credential = (key: 'key' | 'secret') => ({
    value: (value: Located) => {
      alias[key] = value.text
      draft.place([...path, key], value.spot())
      hideSecret(draft, value)
    },
  })
  readFields(draft, 'b2c.minio', fields, {
    alias: { value: (value) => (alias.alias = readName(draft, 'S3 alias', value) ?? '') },
    url: { value: (value) => (alias.url = readUrl(draft, 'b2c.minio', value) ?? '') },
    key: credential('key'),
    secret: credential('secret'),
  })
  for (const field of ['url', 'key', 'secret'])
    if (!fields.some(({ key }) => key === field))
      draft.error(spot, errors.fieldMissing('b2c.minio', field, 'ALIAS,URL,KEY,SECRET'))
  if (Object.values(alias).includes('')) return
  draft.place(path, spot)
  draft.config.s3Aliases.push(alias)
}
