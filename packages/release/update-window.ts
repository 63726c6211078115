/** When a machine may act by itself, as in update.json. */
export type UpdateWindow = {
  /** Days and time of day, as `parseWindowStart` takes them. */
  readonly start: string
  readonly durationSec: number
  /** Of `start`: a name of the time zone database. */
  readonly timezone: string
}

export type WindowStart = {
  /** From 0, Sunday, to 6. */
  readonly days: readonly number[]
  /** Of the day. */
  readonly minute: number
}

/** Shorter ones could pass between two looks of a machine; longer ones are no windows. */
export const windowLimits = { leastSec: 15 * 60, mostSec: 7 * 86_400 } as const

export const weekdays: readonly string[] = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']

/** For people, as in "Mon-Fri 02:00 for 2 h, Europe/Berlin". */
export function formatWindow({ start, durationSec, timezone }: UpdateWindow): string {
  const minutes = Math.round(durationSec / 60)
  const time = minutes % 60 === 0 ? `${minutes / 60} h` : `${minutes} min`
  return `${start} for ${time}${timezone === 'UTC' ? '' : `, ${timezone}`}`
}

/**
 * Reads "02:00", "Thu 04:00", "Mon-Fri 02:00" or "Mon,Wed,Fri-Sun 23:30"; without days it is every day, and a range may
 * go beyond the end of the week. Undefined if it is not of that form.
 */
export function parseWindowStart(text: string): WindowStart | undefined {
  const [, words, hour = '', minute = ''] = /^(?:([A-Za-z,-]+) )?([0-9]{2}):([0-9]{2})$/.exec(text) ?? []
  if (hour === '' || Number(hour) > 23 || Number(minute) > 59) return undefined
  const ranges = words === undefined ? [weekdays.map((_, day) => day)] : words.split(',').map(parseDays)
  const days = ranges.flatMap((range) => range ?? [])
  if (ranges.includes(undefined)) return undefined
  return { days: [...new Set(days)].sort((a, b) => a - b), minute: Number(hour) * 60 + Number(minute) }
}

function parseDays(text: string): number[] | undefined {
  const [first = -1, last = first, ...others] = text.split('-').map((day) => weekdays.indexOf(day))
  if (first < 0 || last < 0 || others.length > 0) return undefined
  return Array.from({ length: ((last - first + 7) % 7) + 1 }, (_, count) => (first + count) % 7)
}
