export { afloatAppId, afloatBoard, flatcarAppId, normaliseAppId } from './app-ids.ts'
export { describeErrorCode, type ErrorCodeMeaning, errorCodes, readErrorCode } from './error-codes.ts'
export { type OmahaErrorCode, omahaLimits } from './errors.ts'
export { type EventName, eventName, events } from './events.ts'
export { findOffer, type Offer } from './offer.ts'
export { parseRequest } from './parse-request.ts'
export { parseResponse } from './parse-response.ts'
export {
  formatRequest,
  type OmahaRequest,
  type RequestApp,
  type RequestEvent,
  type RequestOs,
  type RequestPing,
  type RequestUpdateCheck,
} from './request.ts'
export {
  formatResponse,
  type OmahaResponse,
  type ResponseAction,
  type ResponseApp,
  type ResponseManifest,
  type ResponsePackage,
  type ResponseUpdateCheck,
} from './response.ts'
export { type AppStatus, appStatuses, type UpdateCheckStatus, updateCheckStatuses } from './statuses.ts'
