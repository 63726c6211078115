import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { type Compiled, type CompileOptions, compileConfig } from '@afloat/butane'
import { formatIgnition, LARGEST_CONFIG, parseIgnition } from '@afloat/ignition'
import { AfloatError, type Report } from '@afloat/report'
import { localFiles, readProblem } from './local-files.ts'

export interface CompileFileOptions {
  /** Directory that `local` fields may read from. Without it they are errors. */
  readonly filesDir?: string
  /** Whether warnings count as errors. */
  readonly strict?: boolean
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
 * Throws `config/unreadable`.
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
  })
  return {
    ignitionJson: ignition && passes(report, options) ? formatIgnition(ignition) : undefined,
    report,
    text,
  }
}

/** `compileConfig` with this machine's files and gzip. */
export function compileText(
  text: string,
  {
    filesDir,
    ...options
  }: Pick<CompileOptions, 'fileName' | 'applied' | 'raw'> & { filesDir: string | undefined },
): Compiled {
  return compileConfig(text, { ...options, ...machineTools(filesDir) })
}

/** What compiling needs of the computer it runs on. */
export function machineTools(filesDir: string | undefined): Pick<CompileOptions, 'gzip' | 'localFiles'> {
  return {
    gzip: (bytes) => gzipSync(bytes, { level: 9 }),
    ...(filesDir === undefined ? {} : { localFiles: localFiles(filesDir) }),
  }
}

/** Reads a config; standard input is file descriptor 0. Throws `config/unreadable` for what is no UTF-8 text. */
export function readConfig(source: string | 0): string {
  const name = source === 0 ? 'standard input' : `"${source}"`
  let bytes: Uint8Array
  try {
    bytes = source === 0 ? readFileSync(0) : readBounded(source)
  } catch (cause) {
    throw new AfloatError('config/unreadable', `Cannot read ${name}: ${readProblem(cause)}`, { cause })
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (cause) {
    throw new AfloatError('config/unreadable', `Cannot read ${name}: it is not UTF-8 text`, {
      cause,
      hint: 'Save the file as UTF-8',
    })
  }
}

/** A regular file above the limit is refused by its size, unread. */
function readBounded(path: string): Uint8Array {
  const descriptor = openSync(path, 'r')
  try {
    const { size } = fstatSync(descriptor)
    if (size > LARGEST_CONFIG) throw new Error(`it is larger than ${LARGEST_CONFIG / 1024 / 1024} MB`)
    return readFileSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

export function isIgnition(path: string, text: string): boolean {
  return /\.(ign|json)$/i.test(path) || /^\s*\{\s*"ignition"\s*:/.test(text)
}

function passes(report: Report, { strict = false }: CompileFileOptions): boolean {
  return !report.hasErrors && !(strict && !report.isEmpty)
}
