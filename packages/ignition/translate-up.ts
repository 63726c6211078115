import { AfloatError } from '@afloat/report'
import type { Directory, IgnitionConfig } from './config.ts'
import { findSpec, specs } from './versions.ts'

/**
 * Returns the config as one of a later version with the same meaning; of its own version, it is returned as it is.
 * Pure. What an earlier version does not check (a link without target) is not mended: the rules of the later one find
 * it. Throws `ignition/cannot-translate` for unknown and for earlier versions.
 */
export function translateUp(config: IgnitionConfig, target: string): IgnitionConfig {
  const from = orderOf(config.ignition.version)
  const to = orderOf(target)
  if (from > to) throw cannotTranslate(`version ${config.ignition.version} is later than ${target}`)
  if (from === to) return config
  const { storage } = config
  const translated = { ...config, ignition: { ...config.ignition, version: target } }
  if (storage === undefined || from >= SPECIAL_BITS || to < SPECIAL_BITS) return translated
  const { files, directories } = storage
  return {
    ...translated,
    storage: {
      ...storage,
      ...(files && { files: files.map(withoutSpecialBits) }),
      ...(directories && { directories: directories.map(withoutSpecialBits) }),
    },
  }
}

/** The version from which on setuid, setgid and sticky bits of a mode have an effect, which they had not before. */
const SPECIAL_BITS = orderOf('3.6.0')

function withoutSpecialBits<T extends Directory>(node: T): T {
  return node.mode === undefined ? node : { ...node, mode: node.mode & 0o777 }
}

function orderOf(version: string): number {
  const spec = findSpec(version)
  if (spec === undefined) throw cannotTranslate(`version ${JSON.stringify(version)} is unknown`)
  return specs.indexOf(spec)
}

function cannotTranslate(why: string): AfloatError {
  return new AfloatError('ignition/cannot-translate', `Cannot translate config: ${why}`)
}
