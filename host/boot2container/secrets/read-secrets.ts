import type { PipelineConfig, Secret } from '@afloat/boot2container'
import { decodeBase64 } from '@afloat/ignition/base64'
import { publicUrl } from '../../provision/fetch/public-url.ts'
import { fwCfgPath, readOemStrings } from '../../sys/firmware.ts'
import type { Sys } from '../../sys/sys.ts'
import { decodeUtf8, encodeUtf8 } from '../../sys/utf8.ts'
import { fetch } from '../fetch.ts'
import { splitEncryptKey } from '../volumes/encrypt-key.ts'
import { secretErrors as errors } from './errors.ts'
import { redactor } from './redactor.ts'

/** Values that must not be printed. */
export interface Secrets {
  /** Returns the value that `secret:NAME` stands for, else what was given. Throws `b2c/secret-unknown`. */
  get(nameOrValue: string): string
  /** Returns `text` with all values hidden, also those that stand in the parameters as they are. */
  redact(text: string): string
  /** What has a name, by name. */
  readonly named: ReadonlyMap<string, string>
}

/** A secret is a key or a certificate, and more does not fit into `podman secret create` either. */
const largestBytes = 500 * 1024
const leastCharacters = 4
const scratch = '/run/afloat/secret'

/**
 * Reads all secrets of a pipeline from where they are. One line break at the end is not part of a secret.
 * Throws `b2c/secret-missing`, `-not-text`, `-too-short`, `-too-large`, and the codes of `fetch()`.
 */
export function readSecrets(
  sys: Sys,
  config: Pick<PipelineConfig, 'secrets' | 's3Aliases' | 'volumes'>,
  filesystemPath: (name: string) => string,
): Secrets {
  const named = new Map<string, string>()
  for (const secret of config.secrets) named.set(secret.name, readSecret(sys, secret, filesystemPath))
  const get = (nameOrValue: string): string => {
    if (!nameOrValue.startsWith('secret:')) return nameOrValue
    const name = nameOrValue.slice('secret:'.length)
    const value = named.get(name)
    if (value === undefined) throw errors.unknown(name, [...named.keys()])
    return value
  }
  const others = [...writtenOut(config), ...encryptKeys(config, named)]
  const hidden = others.filter((value) => value.length >= leastCharacters)
  return { named, get, redact: redactor([...named.values(), ...hidden]) }
}

/** Secrets that stand in the parameters themselves. */
function writtenOut({ s3Aliases, volumes }: Pick<PipelineConfig, 's3Aliases' | 'volumes'>): string[] {
  return [
    ...s3Aliases.flatMap(({ key, secret }) => [key, secret]),
    ...volumes.map(({ fscryptKey = '' }) => fscryptKey),
  ].filter((value) => !value.startsWith('secret:'))
}

/** What the S3 client is given, and may repeat: without the path, and without the padding of base64. */
function encryptKeys(
  { s3Aliases, volumes }: Pick<PipelineConfig, 's3Aliases' | 'volumes'>,
  named: ReadonlyMap<string, string>,
): string[] {
  const aliases = s3Aliases.map(({ alias }) => alias)
  return volumes.flatMap(({ encryptKey = '' }) => {
    const value = encryptKey.startsWith('secret:')
      ? named.get(encryptKey.slice('secret:'.length))
      : encryptKey
    const { key } = splitEncryptKey(value ?? '', aliases)
    return [key, key.replace(/=+$/, '')]
  })
}

function readSecret(sys: Sys, secret: Secret, filesystemPath: (name: string) => string): string {
  const { bytes, place } = findSecret(sys, secret, filesystemPath)
  if (bytes === undefined) throw errors.missing(secret.name, place)
  if (bytes.length > largestBytes) throw errors.tooLarge(secret.name, largestBytes)
  const text = decodeUtf8(bytes)
  const again = encodeUtf8(text)
  if (again.length !== bytes.length || again.some((byte, index) => byte !== bytes[index]))
    throw errors.notText(secret.name)
  const value = text.replace(/\r?\n$/, '')
  if (value.length < leastCharacters) throw errors.tooShort(secret.name, leastCharacters)
  return value
}

function findSecret(
  sys: Sys,
  { name, source }: Secret,
  filesystemPath: (name: string) => string,
): { bytes: Uint8Array | undefined; place: string } {
  const readFile = (path: string) => sys.readBytes(path, { length: largestBytes + 1 })
  switch (source.kind) {
    case 'fw_cfg':
      return { bytes: readFile(fwCfgPath(sys, source.key)), place: `fw_cfg "${source.key}"` }
    case 'smbios':
      return { bytes: findCredential(sys, source.name), place: `SMBIOS credential "${source.name}"` }
    case 'file': {
      const path = `${filesystemPath(source.filesystem)}/${source.path.replace(/^\/+/, '')}`
      return { bytes: readFile(path), place: `"${source.path}" of file system "${source.filesystem}"` }
    }
    case 'https': {
      const target = `${scratch}-${name}`
      try {
        fetch(sys, { url: source.url, target, largestBytes })
        return { bytes: readFile(target), place: publicUrl(source.url) }
      } finally {
        sys.remove(target)
      }
    }
  }
}

/** Source: systemd.exec(5) and smbios-type-11(7): `io.systemd.credential:NAME=`, `io.systemd.credential.binary:NAME=`. */
function findCredential(sys: Sys, name: string): Uint8Array | undefined {
  for (const bytes of readOemStrings(sys)) {
    const text = decodeUtf8(bytes)
    const plain = `io.systemd.credential:${name}=`
    if (text.startsWith(plain)) return bytes.slice(encodeUtf8(plain).length)
    const binary = `io.systemd.credential.binary:${name}=`
    if (text.startsWith(binary)) return decodeBase64(text.slice(binary.length))
  }
  return undefined
}
