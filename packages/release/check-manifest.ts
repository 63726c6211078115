import { decodeUtf8 } from '@afloat/ignition/utf8'
import { Fields } from './check-fields.ts'
import { releaseError } from './errors.ts'
import { readIdentity } from './identity.ts'
import {
  type Artefact,
  type Frame,
  frameBytes,
  type Manifest,
  manifestLimits,
  requiredArtefacts,
} from './manifest.ts'
import { rules } from './text-rules.ts'
import { compareVersions, versionRule } from './version.ts'

/**
 * Reads a manifest from its bytes, after its signature was found good.
 * Throws `release/bad-manifest`, or `release/unknown-manifest` when it is of a kind this version does not know.
 */
export function parseManifest(bytes: Uint8Array): Manifest {
  const text = bytes.length > manifestLimits.manifestBytes ? undefined : decodeUtf8(bytes)
  if (text === undefined)
    throw releaseError('release/bad-manifest', 'Cannot read manifest: expected up to 1 MiB of UTF-8')
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw releaseError('release/bad-manifest', 'Cannot read manifest: expected JSON', { cause })
  }
  return checkManifest(value)
}

/**
 * Checks the value of a manifest: every field that is used, every bound, and that sizes add up.
 * Keys that are not known are left out: a later version may say more, and says so by `minimumVersion` or
 * `apiVersion` when it matters. Throws as `parseManifest` does, naming the field.
 */
export function checkManifest(value: unknown): Manifest {
  const fields = new Fields(value, 'manifest', 'release/bad-manifest')
  checkKind(fields)
  const identity = readIdentity(fields)
  return {
    apiVersion: 'afloat/v1',
    kind: 'Release',
    ...identity,
    architecture: 'x86_64',
    usrRootHash: fields.text('usrRootHash', rules.sha256),
    ...readTexts(fields, identity.version),
    artefacts: checkArtefacts(fields),
  }
}

/** What a person may add to a release. */
export type ReleaseTexts = Pick<Manifest, 'minimumVersion' | 'notes'>

/** Checks what a person adds to the release `version`, before anything is built. Throws `release/bad-manifest`. */
export function checkReleaseTexts(version: string, texts: ReleaseTexts): ReleaseTexts {
  return readTexts(new Fields(texts, 'release', 'release/bad-manifest'), version)
}

function readTexts(fields: Fields, version: string): ReleaseTexts {
  const minimumVersion = fields.has('minimumVersion') ? fields.text('minimumVersion', versionRule) : undefined
  if (minimumVersion !== undefined && compareVersions(minimumVersion, version) > 0)
    throw fields.error('minimumVersion', `expected a version not above ${version}`, minimumVersion)
  return {
    ...(minimumVersion === undefined ? {} : { minimumVersion }),
    ...(fields.has('notes') ? { notes: fields.text('notes', rules.notes) } : {}),
  }
}

function checkKind(fields: Fields): void {
  const expected = { apiVersion: 'afloat/v1', kind: 'Release', architecture: 'x86_64' }
  for (const [key, value] of Object.entries(expected)) {
    const found = fields.get(key)
    if (found === value) continue
    const shown = typeof found === 'string' ? JSON.stringify(found.slice(0, 60)) : typeof found
    throw releaseError(
      'release/unknown-manifest',
      `Cannot use manifest: expected ${key} "${value}", found ${shown}`,
      { hint: 'The release may be for other machines, or need a newer Afloat to read it' },
    )
  }
}

function checkArtefacts(fields: Fields): Artefact[] {
  const artefacts: Artefact[] = []
  let left: number = manifestLimits.totalBytes
  for (const item of fields.list('artefacts', manifestLimits.artefacts)) {
    const artefact = checkArtefact(item, left)
    if (artefacts.some((other) => other.name === artefact.name))
      throw item.error('name', 'expected a name that no other artefact has', artefact.name)
    left -= artefact.bytes
    artefacts.push(artefact)
  }
  for (const name of requiredArtefacts) {
    if (!artefacts.some((artefact) => artefact.name === name))
      throw fields.error('artefacts', `expected one named "${name}"`, undefined)
  }
  return artefacts
}

/** `left` is how many bytes the release may still have. */
function checkArtefact(fields: Fields, left: number): Artefact {
  const name = fields.text('name', rules.artefactName)
  const bytes = fields.whole('bytes', 1, left)
  const sha256 = fields.text('sha256', rules.sha256)
  const count = Math.ceil(bytes / frameBytes)
  const frames = fields.list('frames', count)
  if (frames.length !== count)
    throw fields.error('frames', `expected ${count} for ${bytes} bytes`, `${frames.length} items`)
  return {
    name,
    bytes,
    sha256,
    frames: frames.map((frame, i) => checkFrame(frame, i < count - 1 ? frameBytes : bytes - i * frameBytes)),
  }
}

function checkFrame(fields: Fields, expectedBytes: number): Frame {
  const bytes = fields.whole('bytes', 1, frameBytes)
  if (bytes !== expectedBytes) throw fields.error('bytes', `expected ${expectedBytes}`, bytes)
  return {
    bytes,
    storedBytes: fields.whole('storedBytes', 1, bytes),
    sha256: fields.text('sha256', rules.sha256),
  }
}
