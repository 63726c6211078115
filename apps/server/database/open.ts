import { chmod } from 'node:fs/promises'
import { join } from 'node:path'
import { Kysely } from 'kysely'
import { serverError } from '../errors.ts'
import { migrate } from './migrate.ts'
import { seed } from './seed.ts'
import { sqliteDialect } from './sqlite.ts'
import type { Tables } from './tables.ts'

export type Database = Kysely<Tables>

/**
 * Opens the database of a data directory; makes it when there is none.
 * Throws `server/data-dir-in-use`, `server/damaged-data`, `server/newer-data`, `server/data-dir`.
 */
export async function openDatabase(dataDir: string): Promise<Database> {
  const path = join(dataDir, 'fleet.sqlite')
  let db: Database | undefined
  try {
    db = new Kysely<Tables>({ dialect: sqliteDialect(path) })
    await chmod(path, 0o600)
    await migrate(db)
    await seed(db)
    return db
  } catch (error) {
    await db?.destroy()
    throw explain(path, error)
  }
}

function explain(path: string, error: unknown): unknown {
  const message = error instanceof Error ? error.message : String(error)
  if (/database is locked/.test(message))
    return serverError('server/data-dir-in-use', `Cannot open "${path}": another server is using it`, {
      cause: error,
      hint: 'Stop that server, or give --data-dir another directory',
    })
  if (/not a database|malformed|disk image/.test(message))
    return serverError('server/damaged-data', `Cannot open "${path}": it is damaged, or no database`, {
      cause: error,
      hint: 'Restore it from a backup, or move it away to begin with an empty one',
    })
  if (/unable to open|readonly|disk I\/O|full/.test(message))
    return serverError('server/data-dir', `Cannot open "${path}": ${message}`, {
      cause: error,
      hint: 'Check that the directory is writable and has room',
    })
  return error
}
