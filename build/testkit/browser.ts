import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BrowserContext, chromium } from 'playwright-core'
import { ensureBrowserTree } from './browser-tree.ts'

/** Debian's Chromium, started without what it would ask the network for. */
export interface TestBrowser {
  /** A window with storage and cookies of its own. */
  newContext(options?: ContextOptions): Promise<BrowserContext>
  close(): Promise<void>
}

type ContextOptions = NonNullable<Parameters<Awaited<ReturnType<typeof launch>>['newContext']>[0]>

/** Starts the browser. Its tree is made when it is not there yet; needs root. */
export async function startBrowser(): Promise<TestBrowser> {
  const home = await mkdtemp(join(tmpdir(), 'afloat-browser-'))
  const clean = () => rm(home, { recursive: true, force: true })
  try {
    const browser = await launch(home)
    return {
      newContext: (options) => browser.newContext(options),
      async close() {
        await browser.close()
        await clean()
      },
    }
  } catch (error) {
    await clean()
    throw error
  }
}

async function launch(home: string) {
  const tree = await ensureBrowserTree()
  // The library starts one program, with arguments of its own: this one, which enters the tree.
  const program = join(home, 'chromium')
  const command = tree.command(['/usr/lib/chromium/chromium'], home)
  await writeFile(program, `#!/bin/sh\nexec ${command.map(quote).join(' ')} "$@"\n`, { mode: 0o755 })
  await mkdir(join(home, 'tmp'))
  return await chromium.launch({
    executablePath: program,
    headless: true,
    chromiumSandbox: false,
    args: [
      '--disable-gpu',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
    env: {
      ...stringsOf(process.env),
      HOME: home,
      TMPDIR: join(home, 'tmp'),
      PATH: '/usr/bin:/bin:/usr/sbin:/sbin',
    },
  })
}

function quote(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`
}

function stringsOf(env: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  )
}
