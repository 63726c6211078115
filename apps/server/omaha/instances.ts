import type { RequestApp } from '@afloat/omaha'
import type { Transaction } from 'kysely'
import type { Instance, Tables } from '../database/tables.ts'
import { instanceStatuses, isEmptyCompletion } from './instance-status.ts'

/** The most characters that a machine may call itself by. */
const longestMachineId = 50

/** Longer ones of these are cut: they are for people, and come from outside. */
const longestText = 200

/** Whether a machine id can be stored. */
export function isMachineId(machineId: string): boolean {
  return machineId.length > 0 && machineId.length <= longestMachineId && !/[\x00-\x1f]/.test(machineId)
}

/** Whether an application says anything about its machine: a stub that sends just an empty completion does not. */
export function said(app: RequestApp): boolean {
  return (
    app.ping !== undefined ||
    app.updateCheck !== undefined ||
    app.events.some((one) => !isEmptyCompletion(one))
  )
}

export type Registration = {
  readonly app: RequestApp
  readonly applicationId: string
  readonly machineId: string
  readonly architecture: string
  readonly groupId: string
  readonly at: string
}

/** Makes a machine known, or brings what is known of it up to date; returns it as it is then. */
export async function register(tx: Transaction<Tables>, found: Registration): Promise<Instance> {
  const { app, at } = found
  const news = {
    group_id: found.groupId,
    version: cut(app.version),
    architecture: found.architecture,
    alias: cut(app.machineAlias) || null,
    oem: cut(app.oem) || null,
    aleph_version: cut(app.alephVersion) || null,
    boot_id: cut(app.bootId) || null,
    last_seen_at: at,
  }
  return await tx
    .insertInto('instances')
    .values({
      application_id: found.applicationId,
      machine_id: found.machineId,
      ...news,
      status: instanceStatuses.undefined,
      granted_version: null,
      granted_at: null,
      created_at: at,
    })
    .onConflict((conflict) => conflict.columns(['application_id', 'machine_id']).doUpdateSet(news))
    .returningAll()
    .executeTakeFirstOrThrow()
}

/** Gives a machine a status, and keeps it in the history when it is another one or about another version. */
export async function changeStatus(
  tx: Transaction<Tables>,
  instance: Instance,
  change: { readonly status: number; readonly grantedVersion?: string },
  at: string,
): Promise<Instance> {
  const grant =
    change.grantedVersion === undefined ? {} : { granted_version: change.grantedVersion, granted_at: at }
  const after = { ...instance, ...grant, status: change.status }
  if (after.status === instance.status && after.granted_version === instance.granted_version) return instance
  await tx
    .updateTable('instances')
    .set({ status: change.status, ...grant })
    .where('application_id', '=', instance.application_id)
    .where('machine_id', '=', instance.machine_id)
    .execute()
  await tx
    .insertInto('instance_status_history')
    .values({
      application_id: instance.application_id,
      machine_id: instance.machine_id,
      status: change.status,
      version: change.status === instanceStatuses.complete ? instance.version : after.granted_version,
      at,
    })
    .execute()
  return after
}

/** A text from outside, at a length that is worth keeping. */
export function cut(text: string | undefined): string {
  return (text ?? '').slice(0, longestText)
}
