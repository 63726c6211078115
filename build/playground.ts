import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { build, transform } from 'esbuild'
import { repoDir } from './paths.ts'

const folder = 'console/playground'

/**
 * Returns the playground as one HTML page that needs nothing else: it works from a server, from a file and without a
 * network. The bytes depend on the sources alone.
 */
export async function buildPlayground(): Promise<string> {
  const [template, style, script, worker] = await Promise.all([
    readFile(join(repoDir, folder, 'page.html'), 'utf8'),
    readFile(join(repoDir, folder, 'page.css'), 'utf8').then(minifyCss),
    bundleForBrowser('main.ts'),
    bundleCompiler(),
  ])
  const policy = [
    "default-src 'none'",
    `script-src ${hashOf(script)}`,
    `style-src ${hashOf(style)}`,
    'worker-src blob:',
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ')
  const parts: Readonly<Record<string, string>> = {
    policy: `<meta http-equiv="Content-Security-Policy" content="${policy}">`,
    style: `<style>${style}</style>`,
    programs: `<script type="text/plain" id="compiler">${worker}</script><script>${script}</script>`,
  }
  return template.replaceAll(/<!-- (\w+) -->/g, (_, name: string) => parts[name]!)
}

/** Returns the program of the page's worker: everything that the compiler is in a browser. */
export async function bundleCompiler(): Promise<string> {
  return await bundleForBrowser('compile/worker.ts')
}

async function bundleForBrowser(entry: string): Promise<string> {
  const result = await build({
    entryPoints: [join(folder, entry)],
    absWorkingDir: repoDir,
    bundle: true,
    write: false,
    format: 'iife',
    target: 'es2023',
    platform: 'browser',
    minify: true,
    legalComments: 'none',
    loader: { '.yaml': 'text' },
    // Settings for the compiler must not change what runs.
    tsconfigRaw: {},
    logLevel: 'silent',
  })
  return insideScript(result.outputFiles[0]!.text.trimEnd())
}

async function minifyCss(css: string): Promise<string> {
  return (await transform(css, { loader: 'css', minify: true, legalComments: 'none' })).code.trimEnd()
}

/** Throws for a program that a browser would take for the end of its element, or for a comment in it. */
function insideScript(program: string): string {
  const found = /<!--|<\/?script/i.exec(program)
  if (found) throw new Error(`Cannot put the program into a page: it has "${found[0]}" at ${found.index}`)
  return program
}

function hashOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`
}
