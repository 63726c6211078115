import { describeErrorCode, eventName, readErrorCode } from '@afloat/omaha'
import type { Database } from '../database/open.ts'
import type { Instance } from '../database/tables.ts'
import { statusName } from '../omaha/instance-status.ts'

/** A machine as the JSON API shows it. Times are RFC 3339 in UTC. */
export type InstanceView = {
  readonly applicationId: string
  readonly machineId: string
  readonly alias: string | null
  readonly group: string
  readonly version: string
  /** See `instanceStatuses`. */
  readonly status: string
  readonly grantedVersion: string | null
  readonly firstSeenAt: string
  readonly lastSeenAt: string
  readonly lastEvent: EventView | null
  /** Its last failure, however long ago. */
  readonly lastError: EventView | null
}

export type EventView = {
  /** See `events` of packages/omaha; null for one that means nothing to Afloat. */
  readonly name: string | null
  readonly type: number
  readonly result: number
  readonly at: string
  /** The running version at that time, and the one that had been offered. */
  readonly version: string
  readonly grantedVersion: string | null
  readonly previousVersion: string | null
  readonly error: ErrorView | null
}

export type ErrorView = {
  /** Without flags. */
  readonly code: number
  readonly name: string | null
  readonly text: string
  /** What the machine says about it. */
  readonly reason: string | null
}

/**
 * All machines, the ones that were seen last first. Ids that look like "{uuid}" are other servers that fetch for their
 * machines, and no machines.
 */
export async function listInstances(db: Database): Promise<InstanceView[]> {
  const instances = await db
    .selectFrom('instances')
    .innerJoin('groups', 'groups.id', 'instances.group_id')
    .selectAll('instances')
    .select('groups.name as group')
    .orderBy('last_seen_at', 'desc')
    .orderBy('machine_id')
    .execute()
  const real = instances.filter((instance) => !/^\{.*\}$/.test(instance.machine_id))
  return await Promise.all(real.map((instance) => view(db, instance)))
}

async function view(db: Database, instance: Instance & { group: string }): Promise<InstanceView> {
  return {
    applicationId: instance.application_id,
    machineId: instance.machine_id,
    alias: instance.alias,
    group: instance.group,
    version: instance.version,
    status: statusName(instance.status),
    grantedVersion: instance.granted_version,
    firstSeenAt: instance.created_at,
    lastSeenAt: instance.last_seen_at,
    lastEvent: await lastEvent(db, instance, false),
    lastError: await lastEvent(db, instance, true),
  }
}

async function lastEvent(db: Database, instance: Instance, failed: boolean): Promise<EventView | null> {
  let query = db
    .selectFrom('events')
    .selectAll()
    .where('application_id', '=', instance.application_id)
    .where('machine_id', '=', instance.machine_id)
  if (failed) query = query.where('type', '=', 3).where('result', '=', 0)
  const event = await query.orderBy('id', 'desc').limit(1).executeTakeFirst()
  if (event === undefined) return null
  return {
    name: eventName(event) ?? null,
    type: event.type,
    result: event.result,
    at: event.at,
    version: event.version,
    grantedVersion: event.granted_version,
    previousVersion: event.previous_version,
    error: event.error_code === null ? null : errorView(event.error_code, event.reason),
  }
}

function errorView(wire: number, reason: string | null): ErrorView {
  const { code, name } = readErrorCode(wire)
  return { code, name: name ?? null, text: describeErrorCode(wire), reason }
}
