import type { Sys } from '../sys/sys.ts'

/** Something that must work for a release to be good. */
export type HealthCheck = {
  /** As in "web.service". */
  readonly unit: string
  /** Address on this machine, http: or https:, that must answer with a status of 200 to 399. */
  readonly url?: string
}

export type HealthConfig = {
  /** How long a release has, from the start of its life, to show that it is good. */
  readonly settleSec: number
  readonly checks: readonly HealthCheck[]
}

export const healthConfigPath = '/etc/afloat/update.json'

const defaultSettleSec = 60

/**
 * Returns what the machine's configuration says about health; without one, that nothing but a whole boot is asked for.
 * What cannot be understood is left out with a line in the log: the same configuration is there whichever release
 * runs, so it must not decide between them.
 */
export function readHealthConfig(sys: Sys): HealthConfig {
  const text = sys.readText(healthConfigPath)
  if (text === undefined) return { settleSec: defaultSettleSec, checks: [] }
  const ignore = (what: string): void => {
    sys.log(`afloat: ${healthConfigPath}: ${what} is left out`)
  }
  let value: Record<string, unknown> = {}
  try {
    value = (JSON.parse(text) ?? {}) as Record<string, unknown>
  } catch {
    ignore('the file is no JSON and')
  }
  const { settleSec = defaultSettleSec, health = [] } = value
  if (!isSeconds(settleSec)) ignore('"settleSec"')
  return {
    settleSec: isSeconds(settleSec) ? settleSec : defaultSettleSec,
    checks: (Array.isArray(health) ? health : []).flatMap((item, index) => {
      if (isCheck(item))
        return [item.url === undefined ? { unit: item.unit } : { unit: item.unit, url: item.url }]
      ignore(`"health[${index}]"`)
      return []
    }),
  }
}

function isSeconds(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value > 0
}

function isCheck(value: unknown): value is HealthCheck {
  if (typeof value !== 'object' || value === null) return false
  const { unit, url } = value as Record<string, unknown>
  if (typeof unit !== 'string' || !/^[^\s/-][^\s/]*\.[a-z]+$/.test(unit)) return false
  return url === undefined || (typeof url === 'string' && /^https?:\/\/[^\s]+$/.test(url))
}
