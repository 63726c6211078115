import { gzipSync } from 'node:zlib'
import { type Compiled, type CompileOptions, compileConfig } from '@afloat/butane'
import { formatIgnition, parseIgnition } from '@afloat/ignition'
import type { Report } from '@afloat/report'
import { collectValues, type ValueOptions } from './config-values.ts'
import { includeFiles } from './include-files.ts'
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
  /** What the positions of the report refer to, by file name. */
  readonly texts: ReadonlyMap<string, string>
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
    const ignitionJson = config && passes(report, options) ? text : undefined
    return { ignitionJson, report, texts: new Map([[path, text]]) }
  }
  const { ignition, report, texts } = compileText(text, {
    fileName: path,
    filesDir: options.filesDir,
    applied: true,
    ...(options.values === undefined ? {} : { values: options.values }),
  })
  return {
    ignitionJson: ignition && passes(report, options) ? formatIgnition(ignition) : undefined,
    report,
    texts,
  }
}

export type CompileTextOptions = Pick<CompileOptions, 'fileName' | 'applied' | 'raw' | 'target'> &
  MachineOptions

/** What compiling may take from the computer it runs on. */
export interface MachineOptions {
  readonly filesDir?: string | undefined
  /** Where values of variables come from, beside the environment. */
  readonly values?: ValueOptions | undefined
}

/** What standard input is called in reports. */
export const STDIN = '<stdin>'

/** `compileConfig` with this machine's files, gzip and environment. Throws what `collectValues` throws. */
export function compileText(text: string, { filesDir, values, ...options }: CompileTextOptions): Compiled {
  return compileConfig(text, { ...options, ...machineTools(options.fileName, { filesDir, values }) })
}

/** What compiling a file takes from the computer it runs on. Throws what `collectValues` throws. */
export function machineTools(
  fileName: string | undefined,
  { filesDir, values }: MachineOptions,
): Pick<CompileOptions, 'gzip' | 'localFiles' | 'includes' | 'variables'> {
  return {
    gzip: (bytes) => gzipSync(bytes, { level: 9 }),
    includes: includeFiles(fileName === STDIN ? undefined : fileName, filesDir),
    variables: collectValues(values),
    ...(filesDir === undefined ? {} : { localFiles: localFiles(filesDir) }),
  }
}

export function isIgnition(path: string, text: string): boolean {
  return /\.(ign|json)$/i.test(path) || /^\s*\{\s*"ignition"\s*:/.test(text)
}

function passes(report: Report, { strict = false }: CompileFileOptions): boolean {
  return !report.hasErrors && !(strict && !report.isEmpty)
}
