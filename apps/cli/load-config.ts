import { gunzipSync } from 'node:zlib'
import type { PipelineConfig } from '@afloat/boot2container'
import type { Target } from '@afloat/butane'
import { type IgnitionConfig, LARGEST_CONFIG, parseIgnition } from '@afloat/ignition'
import type { Report } from '@afloat/report'
import { compileText, isIgnition, STDIN } from './compile-file.ts'
import type { ValueOptions } from './config-values.ts'
import { readConfig } from './read-config.ts'

export interface LoadedConfig {
  /** Undefined if the report has errors. */
  readonly config: IgnitionConfig | undefined
  /** Instead, where it is asked for and the file is one for boot2container. */
  readonly pipeline?: PipelineConfig | undefined
  readonly report: Report
  /** What the positions of the report refer to, by file name. */
  readonly texts: ReadonlyMap<string, string>
}

/**
 * Reads Ignition, or compiles YAML, for commands that only look at a config: sections that Afloat does not apply to a
 * machine are fine in Ignition. `-` is standard input. Throws `config/unreadable`.
 */
export function loadConfig(
  path: string,
  { filesDir, target = 'ignition', ...values }: { filesDir?: string; target?: Target } & ValueOptions = {},
): LoadedConfig {
  const text = readConfig(path === '-' ? 0 : path)
  const fileName = path === '-' ? STDIN : path
  if (isIgnition(path, text)) {
    const texts = new Map([[fileName, text]])
    return { ...parseIgnition(text, { fileName, applied: false }), texts }
  }
  const { ignition, pipeline, report, texts } = compileText(text, { fileName, filesDir, values, target })
  return { config: ignition, pipeline: pipeline?.config, report, texts }
}

/** Throws for what becomes larger than a config may be. */
export function gunzip(packed: Uint8Array): Uint8Array {
  return gunzipSync(packed, { maxOutputLength: LARGEST_CONFIG })
}
