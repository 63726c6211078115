import { build } from 'esbuild'
import { repoDir } from './paths.ts'

/**
 * Returns a host program and all it imports as one ES module for `qjs`. `entry` is a path from the root of the
 * checkout, or absolute. The bytes depend on the sources alone, not on where the checkout lies.
 * Throws when something imports a module of Node: there is none on a host.
 */
export async function bundleHostProgram(entry: string): Promise<string> {
  const result = await build({
    entryPoints: [entry],
    // Names in comments and messages are relative to this.
    absWorkingDir: repoDir,
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2023',
    platform: 'neutral',
    // The neutral platform looks at neither, and packages that have no "exports" name their entry there.
    mainFields: ['module', 'main'],
    external: ['std', 'os'],
    treeShaking: true,
    minify: false,
    charset: 'utf8',
    legalComments: 'none',
    sourcemap: false,
    // Settings for the compiler must not change what runs.
    tsconfigRaw: {},
    logLevel: 'silent',
  })
  return result.outputFiles[0]!.text
}
