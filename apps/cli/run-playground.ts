import { join } from 'node:path'
import { makeDirs, writeAtomic } from '@afloat/build/cache'
import { buildPlayground } from '@afloat/build/playground'
import { AfloatError } from '@afloat/report'
import { Interrupted, interruptible } from './interrupt.ts'
import { type Output, terminal } from './report-options.ts'
import { servePage } from './serve-page.ts'

export interface PlaygroundArguments {
  /** Where to write the page instead of serving it. */
  readonly output?: string
  readonly port: number
}

/** Runs `config playground`. Throws `config/not-writable`, `config/port-in-use`. */
export async function runPlayground(
  { output, port }: PlaygroundArguments,
  { out }: Output = terminal,
): Promise<void> {
  const html = await buildPlayground()
  if (output === undefined) await serve(html, port)
  else out(`${await write(html, output)}\n`)
}

/** Returns the path of the page. */
async function write(html: string, dir: string): Promise<string> {
  const path = join(dir, 'index.html')
  try {
    await makeDirs(dir)
    await writeAtomic(path, html)
  } catch (cause) {
    throw new AfloatError('config/not-writable', `Cannot write "${path}": ${(cause as Error).message}`, {
      cause,
      hint: 'Name a directory that is writable with --output',
    })
  }
  return path
}

async function serve(html: string, port: number): Promise<void> {
  try {
    await interruptible(async (signal) => {
      const server = await servePage(html, port)
      console.error(`Playground at ${server.url} (Ctrl-C stops it)`)
      if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve))
      await server.stop()
    })
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error
    console.error('Stopped the playground')
  }
}
