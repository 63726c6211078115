import { gzipSync } from 'node:zlib'
import { type Compiled, type CompileOptions, compileConfig } from '@afloat/butane'
import { formatIgnition, parseIgnition } from '@afloat/ignition'
import type { Report } from '@afloat/report'
import { type ValueOptions, valuesFor } from './config-values.ts'
import { localFiles } from './local-files.ts'
import { readConfig } from './read-config.ts'

export interface CompileFileOptions {
  /** Directory that `local` fields may read from. Without it they are errors. */
  readonly filesDir?: string
  /** Whether warnings count as errors. */
  readonly strict?: boolean
  /** Where values of variables come from, beside the environment. */
  readonly values?: ValueOptions
}

export interface CompiledFile {
  /** Undefined if the report has errors, or warnings and `strict`. */
  readonly ignitionJson: string | undefined
  readonly report: Report
  /** What the positions of the report refer to. */
  readonly text: string
}

/**
 * Makes a machine's Ignition config from a file: YAML is compiled, Ignition JSON (`.ign`, `.json`, or by its looks) is
 * checked and passed on as it is. What this version does not apply to a machine is an error.
 * Throws `config/unreadable`, and what `collectValues` throws.
 */
export function compileFile(path: string, options: CompileFileOptions = {}): CompiledFile {
  const text = readConfig(path)
  if (isIgnition(path, text)) {
    const { config, report } = parseIgnition(text, { fileName: path })
    return { ignitionJson: config && passes(report, options) ? text : undefined, report, text }
  }
  const { ignition, report } = compileText(text, {
    fileName: path,
    filesDir: options.filesDir,
    applied: true,
    ...(options.values === undefined ? {} : { values: options.values }),
  })
  return {
    ignitionJson: ignition && passes(report, options) ? formatIgnition(ignition) : undefined,
    report,
    text,
  }
}

export type CompileTextOptions = Pick<CompileOptions, 'fileName' | 'applied' | 'raw' | 'target'> & {
  readonly filesDir?: string | undefined
  /** Where values of variables come from, beside the environment. */
  readonly values?: ValueOptions
}

/** `compileConfig` with this machine's files, gzip and environment. Throws what `collectValues` throws. */
export function compileText(text: string, { filesDir, values, ...options }: CompileTextOptions): Compiled {
  const variables = valuesFor(text, values ?? {})
  return compileConfig(text, { ...options, ...machineTools(filesDir), variables })
}

/** What compiling needs of the computer it runs on. */
export function machineTools(filesDir: string | undefined): Pick<CompileOptions, 'gzip' | 'localFiles'> {
  return {
    gzip: (bytes) => gzipSync(bytes, { level: 9 }),
    ...(filesDir === undefined ? {} : { localFiles: localFiles(filesDir) }),
  }
}

export function isIgnition(path: string, text: string): boolean {
  return /\.(ign|json)$/i.test(path) || /^\s*\{\s*"ignition"\s*:/.test(text)
}

function passes(report: Report, { strict = false }: CompileFileOptions): boolean {
  return !report.hasErrors && !(strict && !report.isEmpty)
}
