import type { Kysely } from 'kysely'

/** Everything up to and including the first release with a fleet server. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('applications')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('created_at', 'text', (column) => column.notNull())
    .execute()
  await db.schema
    .createTable('packages')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('application_id', 'text', (column) => column.notNull().references('applications.id'))
    .addColumn('version', 'text', (column) => column.notNull())
    .addColumn('architecture', 'text', (column) => column.notNull())
    .addColumn('file_name', 'text', (column) => column.notNull())
    .addColumn('size_bytes', 'bigint', (column) => column.notNull())
    .addColumn('sha1', 'text', (column) => column.notNull())
    .addColumn('sha256', 'text', (column) => column.notNull())
    .addColumn('created_at', 'text', (column) => column.notNull())
    .addUniqueConstraint('packages_version', ['application_id', 'version', 'architecture'])
    .execute()
  await db.schema.createIndex('packages_sha256').on('packages').column('sha256').execute()
  await db.schema
    .createTable('channels')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('application_id', 'text', (column) => column.notNull().references('applications.id'))
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('architecture', 'text', (column) => column.notNull())
    .addColumn('package_id', 'text', (column) => column.references('packages.id'))
    .addColumn('changed_at', 'text', (column) => column.notNull())
    .addUniqueConstraint('channels_name', ['application_id', 'name', 'architecture'])
    .execute()
  await db.schema
    .createTable('groups')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('application_id', 'text', (column) => column.notNull().references('applications.id'))
    .addColumn('channel_id', 'text', (column) => column.notNull().references('channels.id'))
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('track', 'text', (column) => column.notNull())
    .addColumn('created_at', 'text', (column) => column.notNull())
    .execute()
  await db.schema.createIndex('groups_track').on('groups').columns(['application_id', 'track']).execute()
  await db.schema
    .createTable('instances')
    .addColumn('application_id', 'text', (column) => column.notNull().references('applications.id'))
    .addColumn('machine_id', 'text', (column) => column.notNull())
    .addColumn('group_id', 'text', (column) => column.notNull().references('groups.id'))
    .addColumn('version', 'text', (column) => column.notNull())
    .addColumn('architecture', 'text', (column) => column.notNull())
    .addColumn('status', 'integer', (column) => column.notNull())
    .addColumn('alias', 'text')
    .addColumn('oem', 'text')
    .addColumn('aleph_version', 'text')
    .addColumn('boot_id', 'text')
    .addColumn('granted_version', 'text')
    .addColumn('granted_at', 'text')
    .addColumn('created_at', 'text', (column) => column.notNull())
    .addColumn('last_seen_at', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('instances_key', ['application_id', 'machine_id'])
    .execute()
  await db.schema
    .createTable('instance_status_history')
    .addColumn('id', 'integer', (column) => column.primaryKey().autoIncrement())
    .addColumn('application_id', 'text', (column) => column.notNull())
    .addColumn('machine_id', 'text', (column) => column.notNull())
    .addColumn('status', 'integer', (column) => column.notNull())
    .addColumn('version', 'text')
    .addColumn('at', 'text', (column) => column.notNull())
    .addForeignKeyConstraint('history_instance', ['application_id', 'machine_id'], 'instances', [
      'application_id',
      'machine_id',
    ])
    .execute()
  await db.schema
    .createIndex('history_instance_index')
    .on('instance_status_history')
    .columns(['application_id', 'machine_id', 'id'])
    .execute()
  await db.schema
    .createTable('events')
    .addColumn('id', 'integer', (column) => column.primaryKey().autoIncrement())
    .addColumn('application_id', 'text', (column) => column.notNull())
    .addColumn('machine_id', 'text', (column) => column.notNull())
    .addColumn('type', 'integer', (column) => column.notNull())
    .addColumn('result', 'integer', (column) => column.notNull())
    .addColumn('error_code', 'bigint')
    .addColumn('reason', 'text')
    .addColumn('version', 'text', (column) => column.notNull())
    .addColumn('previous_version', 'text')
    .addColumn('granted_version', 'text')
    .addColumn('at', 'text', (column) => column.notNull())
    .addForeignKeyConstraint('events_instance', ['application_id', 'machine_id'], 'instances', [
      'application_id',
      'machine_id',
    ])
    .execute()
  await db.schema
    .createIndex('events_instance_index')
    .on('events')
    .columns(['application_id', 'machine_id', 'id'])
    .execute()
}
