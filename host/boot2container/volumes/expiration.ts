import type { Volume } from '@afloat/boot2container'
import { replaceFile } from '../../sys/replace-file.ts'
import type { Sys } from '../../sys/sys.ts'

/** In the home of a volume, beside its contents, so that it can be read without a key. */
const record = 'volume.json'

/** Records, to outlive a power cut, when a volume expires. */
export function recordExpiration(sys: Sys, home: string, { expiration }: Pick<Volume, 'expiration'>): void {
  const path = `${home}/${record}`
  const text = `${JSON.stringify({ version: 1, expiration })}\n`
  if (sys.readText(path) !== text) replaceFile(sys, path, text)
}

/** Has a volume kept, whatever else is known of it. */
export function forgetExpiration(sys: Sys, home: string): void {
  sys.remove(`${home}/${record}`)
}

/** Whether a volume, known by its home, lives no longer than its pipeline. */
export function isExpiring(sys: Sys, home: string): boolean {
  try {
    const value: unknown = JSON.parse(sys.readText(`${home}/${record}`) ?? '{}')
    return (value as { expiration?: unknown } | null)?.expiration === 'pipeline_end'
  } catch {
    return false
  }
}

/**
 * Removes volumes that a power cut has left behind their pipeline. Returns the names of those that are kept
 * nevertheless: they hold what could not be stored.
 */
export function removeExpired(sys: Sys, homes: string): string[] {
  const kept: string[] = []
  for (const name of sys.list(homes) ?? []) {
    const home = `${homes}/${name}`
    if (!isExpiring(sys, home)) continue
    if (sys.exists(unstoredPath(home))) kept.push(name)
    else removeHome(sys, home)
  }
  return kept
}

/** The record goes last: a power cut in between leaves what is removed next time. */
export function removeHome(sys: Sys, home: string): void {
  for (const name of sys.list(home) ?? [])
    if (name !== record) sys.remove(`${home}/${name}`, { recursive: true })
  sys.remove(home, { recursive: true })
}

/** Where it is noted that a volume holds what could not be stored. */
export function unstoredPath(home: string): string {
  return `${home}/unstored`
}
