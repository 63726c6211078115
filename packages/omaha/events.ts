/** What a client reports, as type and result on the wire. */
export const events = {
  downloadStarted: { type: 13, result: 1 },
  downloadFinished: { type: 14, result: 1 },
  /** Written, and the machine has to act to use it (reboot, soft reboot). */
  written: { type: 3, result: 1 },
  /** Installed; the instance itself says later when it is complete. */
  installed: { type: 800, result: 1 },
  /** First check in the new version. Without a previous version it says nothing: clients send it every time. */
  complete: { type: 3, result: 2 },
  /** Failed, with an error code. */
  failed: { type: 3, result: 0 },
  /** Put off by the client's own policy. */
  deferred: { type: 3, result: 9 },
} as const

export type EventName = keyof typeof events

/** The name of an event; undefined for those that mean nothing to Afloat. */
export function eventName(event: { readonly type: number; readonly result: number }): EventName | undefined {
  for (const [name, { type, result }] of Object.entries(events))
    if (type === event.type && result === event.result) return name as EventName
  return undefined
}
