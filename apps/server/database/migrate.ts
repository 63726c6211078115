import type { Kysely } from 'kysely'
import { Migrator } from 'kysely/migration'
import { serverError } from '../errors.ts'
import * as start from './migrations/0001_start.ts'
import type { Tables } from './tables.ts'

/** In their order, forward only. One that was released is never changed. */
const migrations = { '0001_start': start }

/** Brings the tables up to date. Throws `server/newer-data` when a newer Afloat has been here, `server/damaged-data`. */
export async function migrate(db: Kysely<Tables>): Promise<void> {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations } })
  const { error } = await migrator.migrateToLatest()
  if (error === undefined) return
  if (error instanceof Error && /^corrupted migrations/.test(error.message))
    throw serverError(
      'server/newer-data',
      'Cannot use the database: a newer version of Afloat has changed it',
      {
        cause: error,
        hint: 'Start the server with that version, or give --data-dir another directory',
      },
    )
  throw error
}
