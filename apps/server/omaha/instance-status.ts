import { afloatAppId, eventName, flatcarAppId, type RequestEvent } from '@afloat/omaha'

/** Where a machine is with its update. The numbers are those of Nebraska, which tools for it know. */
export const instanceStatuses = {
  undefined: 1,
  granted: 2,
  error: 3,
  complete: 4,
  installed: 5,
  downloaded: 6,
  downloading: 7,
  onHold: 8,
} as const

export type InstanceStatus = (typeof instanceStatuses)[keyof typeof instanceStatuses]

/** The word for a status. */
export function statusName(status: number): keyof typeof instanceStatuses {
  for (const [name, value] of Object.entries(instanceStatuses))
    if (value === status) return name as keyof typeof instanceStatuses
  return 'undefined'
}

/** Whether a version has been offered and nothing final is known about it. */
export function isInProgress(status: number): boolean {
  const { granted, installed, downloaded, downloading } = instanceStatuses
  return [granted, installed, downloaded, downloading].some((one) => one === status)
}

/**
 * The status that an event leads to; undefined when it changes none.
 * A machine knows best how far it is, so an event counts whatever was thought of it before: nothing is lost when a
 * machine reports after days, or to a server that has lost its database.
 */
export function statusAfter(event: RequestEvent, appId: string): InstanceStatus | undefined {
  switch (eventName(event)) {
    case 'downloadStarted':
      return instanceStatuses.downloading
    case 'downloadFinished':
      return instanceStatuses.downloaded
    case 'written':
      // For an operating system that is half of the way; a mere program is complete with it.
      return appId === afloatAppId || appId === flatcarAppId
        ? instanceStatuses.installed
        : instanceStatuses.complete
    case 'installed':
      return instanceStatuses.installed
    case 'complete':
      return isEmptyCompletion(event) ? undefined : instanceStatuses.complete
    case 'failed':
      return instanceStatuses.error
    case 'deferred':
    case undefined:
      return undefined
  }
}

/** update_engine sends "complete" with every check, and means it only when it names the version it came from. */
export function isEmptyCompletion(event: RequestEvent): boolean {
  return eventName(event) === 'complete' && ['', '0.0.0.0', undefined].includes(event.previousVersion?.trim())
}
