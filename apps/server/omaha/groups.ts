import type { Transaction } from 'kysely'
import type { Package, Tables } from '../database/tables.ts'

export type FoundGroup = { readonly id: string; readonly target: Package | undefined }

/**
 * The group that machines call by its track, or by its id, with the package of its channel.
 * A track may be used twice; then the newest group has it.
 */
export async function findGroup(
  tx: Transaction<Tables>,
  wanted: { applicationId: string; track: string; architecture: string },
): Promise<FoundGroup | undefined> {
  const group = await tx
    .selectFrom('groups')
    .innerJoin('channels', 'channels.id', 'groups.channel_id')
    .select(['groups.id', 'channels.package_id'])
    .where('groups.application_id', '=', wanted.applicationId)
    .where((where) =>
      where.or([
        where('groups.track', '=', wanted.track),
        where('groups.id', '=', wanted.track.toLowerCase()),
      ]),
    )
    .where('channels.architecture', '=', wanted.architecture)
    .orderBy('groups.created_at', 'desc')
    .orderBy('groups.id')
    .executeTakeFirst()
  if (group === undefined) return undefined
  const target =
    group.package_id === null
      ? undefined
      : await tx.selectFrom('packages').selectAll().where('id', '=', group.package_id).executeTakeFirst()
  return { id: group.id, target }
}
