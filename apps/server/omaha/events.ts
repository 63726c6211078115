import type { RequestApp } from '@afloat/omaha'
import type { Transaction } from 'kysely'
import type { Instance, Tables } from '../database/tables.ts'
import { isEmptyCompletion, statusAfter } from './instance-status.ts'
import { changeStatus, cut } from './instances.ts'

/** Keeps the events of a request, and returns the machine with the status they led to. */
export async function recordEvents(
  tx: Transaction<Tables>,
  registered: Instance,
  app: RequestApp,
  at: string,
): Promise<Instance> {
  let instance = registered
  for (const event of app.events) {
    if (isEmptyCompletion(event)) continue
    await tx
      .insertInto('events')
      .values({
        application_id: instance.application_id,
        machine_id: instance.machine_id,
        type: event.type,
        result: event.result,
        error_code: event.errorCode ?? null,
        reason: cut(event.reason) || null,
        version: instance.version,
        previous_version: cut(event.previousVersion) || null,
        granted_version: instance.granted_version,
        at,
      })
      .execute()
    const status = statusAfter(event, instance.application_id)
    if (status !== undefined) instance = await changeStatus(tx, instance, { status }, at)
  }
  return instance
}
