import { LARGEST_CONFIG } from '@afloat/ignition'
import type { Sys } from '../../sys/sys.ts'
import { provisionErrors as errors } from '../errors.ts'

/** Where a config came from: `channel` is a stable word, `place` is for people. */
export type ConfigSource = { channel: 'kernel-command-line' | 'fw-cfg' | 'esp'; place: string }

export type FoundConfig = { source: ConfigSource; text: string; sha256: string }

/** What looking for a config may answer. */
export type ConfigSearch =
  | { kind: 'found'; config: FoundConfig }
  | { kind: 'needs-network'; why: string }
  | { kind: 'none' }

/** Reads a config of at most 10 MB from a file; undefined when there is no such file. */
export function readConfig(sys: Sys, path: string, source: ConfigSource): FoundConfig | undefined {
  const stat = sys.stat(path)
  if (stat === undefined) return undefined
  if (stat.size > LARGEST_CONFIG) throw errors.configTooLarge(source.place, LARGEST_CONFIG / 1024 / 1024)
  const text = sys.readText(path, { length: LARGEST_CONFIG + 1 }) ?? ''
  if (text.trim() === '') throw errors.configEmpty(source.place)
  const sha256 = sys.mustRun(['sha256sum', '--', path]).split(' ')[0] ?? ''
  return { source, text, sha256 }
}
