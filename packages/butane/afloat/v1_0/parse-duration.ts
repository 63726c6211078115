const SECONDS = { h: 3600, m: 60, s: 1 } as const

/** Reads "90s", "2m", "1h" or a combination such as "1m30s", and returns seconds. Undefined if it is not of that form. */
export function parseDuration(text: string): number | undefined {
  const parts = /^(?:([0-9]{1,6})h)?(?:([0-9]{1,6})m)?(?:([0-9]{1,6})s)?$/.exec(text)
  if (!parts || text === '') return undefined
  const [, hours = '0', minutes = '0', seconds = '0'] = parts
  return Number(hours) * SECONDS.h + Number(minutes) * SECONDS.m + Number(seconds) * SECONDS.s
}
