import { SourceMap, type SourceMapPayload } from 'node:module'
import { dirname, relative, resolve } from 'node:path'
import { repoDir } from '../paths.ts'

/**
 * Rewrites the places in stack traces, `(<bundle>:line:column)`, from a bundle to the files it was made of.
 * Leaves out the lines of the test shims themselves.
 */
export function mapStack(text: string, bundle: string, payload: SourceMapPayload): string {
  const map = new SourceMap(payload)
  const mapped = text.replaceAll(/\(([^()]+):(\d+):(\d+)\)/g, (place, file, line, column) => {
    if (file !== bundle) return place
    const origin = map.findOrigin(Number(line), Number(column))
    if (!('fileName' in origin)) return place
    const path = relative(repoDir, resolve(dirname(bundle), origin.fileName))
    return `(${path}:${origin.lineNumber}:${origin.columnNumber})`
  })
  return mapped.replaceAll(/^ +at .*\(build\/testkit\/qjs\/.*\)\n?/gm, '').trimEnd()
}
