import { decodeBase64 } from '@afloat/ignition/base64'
import { normaliseAppId } from './app-ids.ts'
import { omahaError } from './errors.ts'
import type { OmahaResponse, ResponseManifest, ResponseUpdateCheck } from './response.ts'

/** What an answer means for one application. */
export type Offer =
  | { readonly kind: 'none'; readonly pollIntervalSeconds?: number }
  | {
      readonly kind: 'update'
      readonly version: string
      /** Addresses of the payload, in the server's order; at least one. */
      readonly urls: readonly [string, ...string[]]
      readonly sizeBytes: number
      /** Of the payload, 64 hexadecimal digits. */
      readonly sha256: string
      readonly pollIntervalSeconds?: number
    }

/**
 * Finds what a server offers to an application: the first package of the first manifest. An answer without an update
 * check offers nothing.
 * Throws `omaha/app-missing` (no answer for this application), `omaha/refused` (status of the application or the
 * check is an error; details hold `appStatus`, `checkStatus`, `pollIntervalSeconds`) and `omaha/incomplete-offer`.
 */
export function findOffer(response: OmahaResponse, appId: string): Offer {
  const app = response.apps.find((one) => normaliseAppId(one.appId) === normaliseAppId(appId))
  if (app === undefined)
    throw omahaError('omaha/app-missing', `Server did not answer for application "${appId}"`)
  const check = app.updateCheck
  const poll =
    check?.pollIntervalSeconds === undefined || check.pollIntervalSeconds <= 0
      ? {}
      : { pollIntervalSeconds: check.pollIntervalSeconds }
  if (app.status !== 'ok' || (check !== undefined && !['ok', 'noupdate'].includes(check.status)))
    throw omahaError('omaha/refused', `Server refused: ${app.status === 'ok' ? check?.status : app.status}`, {
      details: { appStatus: app.status, checkStatus: check?.status, ...poll },
    })
  if (check === undefined || check.status === 'noupdate') return { kind: 'none', ...poll }
  const manifest = check.manifests[0]
  if (manifest === undefined) throw incomplete('it has no manifest')
  return { kind: 'update', version: manifest.version, ...payloadOf(check, manifest), ...poll }
}

function payloadOf(
  check: ResponseUpdateCheck,
  manifest: ResponseManifest,
): { urls: readonly [string, ...string[]]; sizeBytes: number; sha256: string } {
  const file = manifest.packages[0]
  if (file === undefined) throw incomplete('it has no package')
  if (file.sizeBytes <= 0) throw incomplete(`its size is ${file.sizeBytes}`)
  const digest = manifest.actions.find((action) => action.event === 'postinstall')?.sha256
  if (digest === undefined) throw incomplete('its action "postinstall" has no checksum')
  const bytes = decodeBase64(digest.trim())
  if (bytes?.length !== 32) throw incomplete('its checksum is not the Base64 of a SHA-256')
  const [first, ...rest] = check.urls.map((codebase) => joinUrl(codebase, file.name))
  if (first === undefined) throw incomplete('it has no URL')
  return { urls: [first, ...rest], sizeBytes: file.sizeBytes, sha256: hex(bytes) }
}

/** The address of a package. Real servers send code bases with and without the slash at the end. */
function joinUrl(codebase: string, name: string): string {
  const url = codebase.endsWith('/') ? codebase + name : `${codebase}/${name}`
  if (!/^https?:\/\/[^\s/]/i.test(url) || /[\s\x00-\x1f]/.test(url))
    throw incomplete(`"${url.slice(0, 200)}" is not an http or https URL`)
  return url
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

function incomplete(problem: string): Error {
  return omahaError('omaha/incomplete-offer', `Cannot use the update that the server offers: ${problem}`)
}
