import { openAsBlob } from 'node:fs'
import { AfloatError } from '@afloat/report'
import type { InstanceView } from './api/instances.ts'
import type { Published } from './bundles/publish.ts'
import { serverError } from './errors.ts'

/** A server to talk to: what `startServer` returns is one. */
export type ServerAddress = { readonly url: string; readonly token: string }

/**
 * Publishes a bundle to a channel of a running server. Sends the file as a stream.
 * Throws `server/not-reachable` and what the server answers: `server/not-authorised`, `server/unknown-channel`,
 * `server/version-taken`, `release/…`.
 */
export async function publishRelease(
  server: ServerAddress,
  { file, channel }: { readonly file: string; readonly channel: string },
): Promise<Published> {
  const body = await openBundle(file)
  const path = `/v1/channels/${encodeURIComponent(channel)}`
  // A refusal in the middle of an upload reaches nobody, so what is likely to be refused is asked first.
  await ask(server, path)
  return (await ask(server, `${path}/release`, { method: 'PUT', body })) as Published
}

async function openBundle(file: string): Promise<Blob> {
  try {
    return await openAsBlob(file)
  } catch (cause) {
    throw serverError('server/no-file', `Cannot read bundle "${file}"`, { cause, hint: 'Check its path' })
  }
}

/** What machines have reported to a running server. Throws as `publishRelease` does. */
export async function fetchInstances(server: ServerAddress): Promise<InstanceView[]> {
  return ((await ask(server, '/v1/instances')) as { instances: InstanceView[] }).instances
}

async function ask(server: ServerAddress, path: string, init: RequestInit = {}): Promise<unknown> {
  let response: Response
  try {
    response = await fetch(new URL(path, server.url), {
      ...init,
      headers: { Authorization: `Bearer ${server.token}` },
    })
  } catch (cause) {
    throw serverError('server/not-reachable', `Cannot reach the server at ${server.url}`, {
      cause,
      hint: 'Start it with "afloat server", or pass the right --server',
    })
  }
  const text = await response.text()
  if (response.ok) return JSON.parse(text)
  throw refusal(server, response.status, text)
}

function refusal(server: ServerAddress, status: number, text: string): AfloatError {
  try {
    const { code, title, hint } = JSON.parse(text) as { code: string; title: string; hint?: string }
    if (typeof code === 'string' && typeof title === 'string')
      return new AfloatError(code, title, hint === undefined ? {} : { hint })
  } catch {
    // not an answer of ours
  }
  return serverError(
    'server/not-reachable',
    `What answers at ${server.url} is no Afloat server (HTTP ${status})`,
    {
      hint: 'Pass the right --server',
    },
  )
}
