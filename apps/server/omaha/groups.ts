import type { Transaction } from 'kysely'
import type { Package, Tables } from '../database/tables.ts'

export type FoundGroup = {
  readonly id: string
  /** What its machines are to run; undefined while nothing was published. */
  readonly target: Package | undefined
  /** The machine has asked for a channel that does not exist. */
  readonly channelUnknown?: true
}

/**
 * The group that machines call by its track, or by its id, with the package of its channel, or of the one that the
 * machine asks for by name. A track may be used twice; then the newest group has it.
 */
export async function findGroup(
  tx: Transaction<Tables>,
  wanted: { applicationId: string; track: string; channel: string | undefined; architecture: string },
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
  const channel = wanted.channel === undefined ? group : await findChannel(tx, wanted.channel, wanted)
  if (channel === undefined) return { id: group.id, target: undefined, channelUnknown: true }
  return { id: group.id, target: await findPackage(tx, channel.package_id) }
}

async function findChannel(
  tx: Transaction<Tables>,
  name: string,
  { applicationId, architecture }: { applicationId: string; architecture: string },
): Promise<{ package_id: string | null } | undefined> {
  return await tx
    .selectFrom('channels')
    .select('package_id')
    .where('application_id', '=', applicationId)
    .where('name', '=', name)
    .where('architecture', '=', architecture)
    .executeTakeFirst()
}

async function findPackage(tx: Transaction<Tables>, id: string | null): Promise<Package | undefined> {
  if (id === null) return undefined
  return await tx.selectFrom('packages').selectAll().where('id', '=', id).executeTakeFirst()
}
