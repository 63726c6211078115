/** Statuses of an application that servers answer. Eleven are Nebraska's; the last one is Afloat's own. */
export const appStatuses = [
  'ok',
  'restricted',
  'error-unknownApplication',
  'error-invalidAppId',
  'error-invalidVersion',
  'error-internal',
  'error-noPackageFound',
  'error-unknownApplicationOrGroup',
  'error-instanceRegistrationFailed',
  'error-maxUpdatesPerPeriodLimitReached',
  'error-maxConcurrentUpdatesLimitReached',
  'error-maxTimedOutUpdatesLimitReached',
  'error-updatesDisabled',
  'error-couldNotCheckUpdatesStats',
  'error-updateInProgressOnInstance',
  'error-failedToRetrieveUpdatePackageInfo',
  'error-unknownChannel',
] as const

export type AppStatus = (typeof appStatuses)[number]

/** Statuses of an update check. */
export const updateCheckStatuses = [
  'ok',
  'noupdate',
  'error-osnotsupported',
  'error-unsupportedProtocol',
  'error-pluginRestrictedHost',
  'error-hash',
  'error-internal',
] as const

export type UpdateCheckStatus = (typeof updateCheckStatuses)[number]
