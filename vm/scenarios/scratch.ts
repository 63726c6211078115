import { existsSync } from 'node:fs'
import { mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { cacheDir } from '@afloat/build/cache'

/** Makes the scratch folder of this run, and removes those that runs which were killed have left. */
export async function makeScratchDir(): Promise<string> {
  const home = join(cacheDir(), 'scenarios')
  await sweep(home)
  const dir = join(home, String(process.pid))
  await mkdir(dir, { recursive: true, mode: 0o700 })
  return dir
}

async function sweep(home: string): Promise<void> {
  if (!existsSync(home)) return
  for (const pid of await readdir(home)) {
    if (!existsSync(`/proc/${pid}`)) await rm(join(home, pid), { recursive: true, force: true })
  }
}
