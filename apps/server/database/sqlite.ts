import { DatabaseSync, type SQLInputValue } from 'node:sqlite'
import { type Dialect, type SqliteDatabase, SqliteDialect, type SqliteStatement } from 'kysely'

/**
 * A database in a file, for Kysely. The only file that knows which SQLite it is.
 * Held exclusively: a second process that opens it gets "database is locked". Every commit is in the log before it
 * returns, so it outlives a killed process; a power cut may take the last ones, and never the consistency.
 */
export function sqliteDialect(path: string): Dialect {
  const database = new DatabaseSync(path, { enableForeignKeyConstraints: true, timeout: 500 })
  try {
    database.exec('pragma locking_mode = exclusive')
    database.exec('pragma journal_mode = wal')
    database.exec('pragma synchronous = normal')
    database.exec('begin immediate; commit') // takes the lock now, not at the first write
  } catch (error) {
    database.close()
    throw error
  }
  return new SqliteDialect({ database: adapter(database) })
}

/** Whether a statement returns rows is the one thing that Kysely asks and node:sqlite does not tell directly. */
function adapter(database: DatabaseSync): SqliteDatabase {
  const prepare = (sql: string): SqliteStatement => {
    const statement = database.prepare(sql)
    const values = (parameters: readonly unknown[]) => parameters as readonly SQLInputValue[]
    return {
      reader: statement.columns().length > 0,
      all: (parameters) => statement.all(...values(parameters)),
      run: (parameters) => statement.run(...values(parameters)),
      iterate: (parameters) => statement.iterate(...values(parameters)),
    }
  }
  return { prepare, close: () => database.close() }
}
