import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Says where the server of a data directory listens, for programs of the same user. */
export async function writeAddress(dataDir: string, url: string): Promise<void> {
  await writeFile(addressFile(dataDir), `${url}\n`, { mode: 0o600 })
}

export async function removeAddress(dataDir: string): Promise<void> {
  await rm(addressFile(dataDir), { force: true })
}

/** Where the server of a data directory listens, or listened when it was killed; undefined when none runs. */
export async function readAddress(dataDir: string): Promise<string | undefined> {
  try {
    return (await readFile(addressFile(dataDir), 'utf8')).trim()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

function addressFile(dataDir: string): string {
  return join(dataDir, 'address')
}
