import fc, { type Arbitrary } from 'fast-check'
import type { IgnitionConfig } from '../config.ts'
import { base64DataUrl, encodeDataUrl } from '../data-url.ts'
import type { ObjectValue, Value } from '../source/decode.ts'
import { type FieldType, ROOT, type Spec } from '../spec.ts'
import { encodeUtf8 } from '../utf8.ts'
import { validateIgnition } from '../validate/validate-ignition.ts'

/**
 * Valid configs of a spec: every object and field of its description, with values by the rules below. What still breaks a
 * rule is thrown away. Contents that say to be gzip are `fakeGzip`.
 */
export function arbitraryConfig(spec: Spec): Arbitrary<IgnitionConfig> {
  return objectOf(spec, ROOT)
    .map((value) =>
      named({ ...value, ignition: { ...(value['ignition'] as object), version: spec.version } }),
    )
    .filter((config) => !validateIgnition(spec, config).some(({ severity }) => severity === 'error'))
}

/** Stands for gzip where there is none: two bytes in front. */
export function fakeGzip(bytes: Uint8Array): Uint8Array {
  return Uint8Array.of(0x1f, 0x8b, ...bytes)
}

export function fakeGunzip(bytes: Uint8Array): Uint8Array {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) throw new Error('no gzip')
  return bytes.subarray(2)
}

function objectOf(spec: Spec, object: string): Arbitrary<ObjectValue> {
  const fields = Object.entries(spec.objects[object]!).map(([field, type]) => {
    const made = VALUES[`${object}.${field}`] ?? VALUES[field]
    return [field, made ?? fieldOf(spec, type)] as const
  })
  const required = fields.map(([field]) => field).filter((field) => REQUIRED.has(`${object}.${field}`))
  const record = fc.record(Object.fromEntries(fields), { requiredKeys: required }) as Arbitrary<ObjectValue>
  const repair = REPAIRS[object]
  return repair === undefined ? record : record.map(repair)
}

function fieldOf(spec: Spec, type: FieldType): Arbitrary<Value> {
  switch (type.kind) {
    case 'object':
      return objectOf(spec, type.object)
    case 'list':
      return fc.array(fieldOf(spec, type.item), { maxLength: 3 })
    case 'integer':
      return fc.integer({ min: 0, max: 100_000 })
    case 'boolean':
      return fc.boolean()
    default:
      return text
  }
}

const text = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.constantFrom('', 'yes', '0644', 'null', ' a', 'a ', '# a', 'a: b', '- a', '1e3', '\ufeff', 'a\r\nb\r\n'),
  fc
    .array(fc.constantFrom('', ' ', '\t', 'a', ' b', '# c', 'd: ', '"', '\\', '---', 'ü', '😀'))
    .map((lines) => lines.join('\n')),
)
const word = fc.stringMatching(/^[a-z][a-z0-9-]{0,7}$/)
const words = fc.uniqueArray(word, { maxLength: 3 })
const http = word.map((name) => `https://${name}.example.com/${name}`)
const bytes = fc.oneof(fc.uint8Array({ maxLength: 40 }), text.map(encodeUtf8))
const unit = fc.oneof(
  fc.constantFrom(
    '',
    '[Service]\nExecStart=/bin/a\n',
    '[Unit]\nDescription=a b\n\n[Install]\nWantedBy=a\n\n',
  ),
  text.map((line) => `[Unit]\nDescription=a${line.replaceAll(/[\r\n\0\\]/g, '')}\n# ü`),
)
const config = fc.oneof(
  text,
  fc.constantFrom('{"ignition":{"version":"3.4.0"}}', '{"ignition":{"version":"2.0.0"}}'),
)

/** Values by field, or by object and field, that the type alone does not say. */
const VALUES: Readonly<Record<string, Arbitrary<Value>>> = {
  name: word,
  device: word.map((name) => `/dev/${name}`),
  mode: fc.integer({ min: 0, max: 0o7777 }),
  verification: fc.constantFrom(
    {},
    { hash: `sha256-${'0f'.repeat(32)}` },
    { hash: `sha512-${'A0'.repeat(64)}` },
  ),
  compression: fc.constantFrom('', 'gzip'),
  httpHeaders: fc.uniqueArray(fc.record({ name: word, value: word }), {
    selector: (header) => header.name,
    maxLength: 2,
  }),
  source: fc.oneof(
    http,
    bytes.map(encodeDataUrl),
    bytes.map(base64DataUrl),
    bytes.map((data) => base64DataUrl(fakeGzip(data))),
    fc.constantFrom('', 'tftp://h/a', 's3://bucket/a'),
  ),
  'reference.source': fc.oneof(
    http,
    config.map((inner) => encodeDataUrl(encodeUtf8(inner))),
  ),
  httpProxy: http,
  httpsProxy: http,
  noProxy: words,
  sshAuthorizedKeys: words.map((keys) => keys.map((key) => `ssh-ed25519 AAAA ${key}`)),
  passwordHash: fc.constantFrom('', '*', '$y$j9T$abc'),
  gecos: word,
  homeDir: word.map((name) => `/home/${name}`),
  shell: fc.constantFrom('/bin/sh', ''),
  'user.groups': words,
  'filesystem.path': word.map((name) => `/${name}`),
  'filesystem.format': fc.constantFrom('ext4', 'xfs', 'vfat', 'btrfs', 'swap'),
  label: word,
  'raid.level': fc.constantFrom('raid1', 'raid5', '10'),
  'raid.devices': words.map((names) => ['/dev/z', ...names.map((name) => `/dev/${name}`)]),
  guid: fc.uuid(),
  typeGuid: fc.uuid(),
  startMiB: fc.constant(0),
  openOptions: words,
  'clevisCustom.pin': fc.constantFrom('tpm2', 'tang', 'sss'),
  'tang.url': http,
  'tang.thumbprint': word,
  'tang.advertisement': fc.constantFrom('', '{"keys": []}'),
  'unit.contents': unit,
  'dropin.contents': unit,
  shouldExist: fc.boolean(),
  'kernelArguments.shouldExist': words.map((names) => names.map((name) => `${name}=1`)),
  'kernelArguments.shouldNotExist': words,
  target: text.map((path) => `a${path.replaceAll('\0', '')}`),
}

const REQUIRED = new Set([
  ...['reference.source', 'user.name', 'passwdGroup.name', 'disk.device', 'filesystem.device'],
  ...['filesystem.format', 'raid.name', 'raid.level', 'raid.devices', 'luks.name', 'luks.device'],
  ...['partition.number', 'clevisCustom.pin', 'clevisCustom.config', 'tang.url', 'tang.thumbprint'],
  ...['link.target', 'unit.name', 'dropin.name'],
])

/** What fields of one object do to each other. */
const REPAIRS: Readonly<Record<string, (value: ObjectValue) => ObjectValue>> = {
  resource: repairResource,
  reference: repairResource,
  owner: ({ id, name }) => (id === undefined ? { name: name ?? 'root' } : { id }),
  partition: (partition) =>
    partition['shouldExist'] === false ? { number: partition['number']!, shouldExist: false } : partition,
  file: ({ overwrite, ...file }) =>
    overwrite === undefined || (file['contents'] as ObjectValue | undefined)?.['source'] === undefined
      ? file
      : { ...file, overwrite },
  clevis: ({ custom, ...clevis }) =>
    custom === undefined || clevis['tang'] !== undefined ? clevis : { custom },
  luks: ({ cex, clevis, keyFile, ...luks }) =>
    cex === undefined
      ? {
          ...luks,
          ...(clevis === undefined ? {} : { clevis }),
          ...(keyFile === undefined ? {} : { keyFile }),
        }
      : { ...luks, cex },
}

function repairResource({ httpHeaders, verification, ...resource }: ObjectValue): ObjectValue {
  const { source } = resource
  return {
    ...resource,
    ...(source === undefined || verification === undefined ? {} : { verification }),
    ...(httpHeaders !== undefined && String(source).startsWith('https:') ? { httpHeaders } : {}),
  }
}

/** Names that must differ get a number. */
function named(config: ObjectValue): IgnitionConfig {
  let count = 0
  const visit = (value: Value, key: string): Value => {
    if (Array.isArray(value)) return value.map((item) => visit(item, key))
    if (typeof value !== 'object' || value === null) return value
    const fields = Object.fromEntries(
      Object.entries(value).map(([name, inner]) => [name, visit(inner, name)]),
    )
    count++
    if (['files', 'directories', 'links'].includes(key))
      fields['path'] = `/${String(fields['path'] ?? '').replaceAll(/[\0/]/g, '')}.${count}`
    if (key === 'units') fields['name'] = `${fields['name']}${count}.service`
    if (key === 'dropins') fields['name'] = `${count}-${fields['name']}.conf`
    if (['users', 'groups', 'raid', 'luks'].includes(key)) fields['name'] = `${fields['name']}${count}`
    if (['disks', 'filesystems'].includes(key)) fields['device'] = `${fields['device']}${count}`
    if (key === 'partitions')
      Object.assign(fields, { number: count }, fields['label'] === undefined ? {} : { label: `p${count}` })
    if (key === 'merge' || key === 'certificateAuthorities') {
      if (String(fields['source']).startsWith('https:')) fields['source'] = `${fields['source']}${count}`
    }
    return fields
  }
  return visit(config, '') as unknown as IgnitionConfig
}
