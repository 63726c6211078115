import { finding } from '@afloat/report'

const q = (text: string) => JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text)

/** What can be wrong with windows. */
export const windowErrors = {
  badWindowStart: (text: string) =>
    finding(
      'butane/bad-window-start',
      `Cannot read start ${q(text)}: expected days and a time of day, as in 02:00, Mon-Fri 02:00 or Sat,Sun 04:30`,
      windowHint(text),
    ),
  badTimezone: (text: string, nearest: string | undefined) =>
    finding(
      'butane/bad-timezone',
      `Unknown time zone ${q(text)}: expected UTC, or an area and a place as in Europe/Berlin`,
      nearest === undefined ? undefined : `Write ${nearest}`,
    ),
  windowsUnused: () =>
    finding(
      'butane/windows-unused',
      'Windows are for what the machine does by itself: with automatic: false, that is nothing',
      'Remove the one or the other',
    ),
}

function windowHint(text: string): string | undefined {
  const hour = /(^|[ T])([0-9]):([0-9]{2})$/.exec(text)
  if (hour) return `Write the hour with two digits: 0${hour[2]}:${hour[3]}`
  if (/[a-z]{4,}|^[a-z]|[A-Z]{2}/.test(text)) return 'Write days as Mon, Tue, Wed, Thu, Fri, Sat and Sun'
  return undefined
}
