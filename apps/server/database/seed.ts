import { randomUUID } from 'node:crypto'
import { afloatAppId } from '@afloat/omaha'
import type { Database } from './open.ts'

const channelNames = ['stable', 'beta', 'alpha'] as const

/** What a new database begins with: Afloat itself, with a channel and a group for each of the usual three. */
export async function seed(db: Database): Promise<void> {
  await db.transaction().execute(async (tx) => {
    const known = await tx
      .selectFrom('applications')
      .select('id')
      .where('id', '=', afloatAppId)
      .executeTakeFirst()
    if (known !== undefined) return
    const now = new Date().toISOString()
    await tx.insertInto('applications').values({ id: afloatAppId, name: 'Afloat', created_at: now }).execute()
    for (const name of channelNames) {
      const channel = randomUUID()
      await tx
        .insertInto('channels')
        .values({
          id: channel,
          application_id: afloatAppId,
          name,
          architecture: 'amd64',
          package_id: null,
          changed_at: now,
        })
        .execute()
      await tx
        .insertInto('groups')
        .values({
          id: randomUUID(),
          application_id: afloatAppId,
          channel_id: channel,
          name,
          track: name,
          created_at: now,
        })
        .execute()
    }
  })
}
