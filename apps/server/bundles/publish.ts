import { randomUUID } from 'node:crypto'
import { afloatAppId } from '@afloat/omaha'
import type { Transaction } from 'kysely'
import type { Database } from '../database/open.ts'
import type { Package, Tables } from '../database/tables.ts'
import { serverError } from '../errors.ts'
import { dropBundle, type StoredBundle, storeBundle } from './store-bundle.ts'

/** Bundles name the architecture as the kernel does, channels as Debian does. */
const architectures = { x86_64: 'amd64' } as const

export type Published = {
  readonly channel: string
  readonly version: string
  readonly architecture: string
  readonly sizeBytes: number
  readonly sha256: string
  /** What the channel had before; null for nothing. */
  readonly previousVersion: string | null
}

/**
 * Takes a bundle in and makes it the package of a channel. Throws as `storeBundle` and `publish` do; what was there
 * before is then as it was.
 */
export async function receiveRelease(
  { db, dataDir }: { readonly db: Database; readonly dataDir: string },
  channelName: string,
  body: AsyncIterable<Uint8Array>,
): Promise<Published> {
  await findChannel(db, channelName, architectures.x86_64) // before hundreds of megabytes are taken in
  const bundle = await storeBundle(dataDir, body)
  try {
    return await publish(db, channelName, bundle)
  } catch (error) {
    const { sha256 } = bundle
    const used = await db.selectFrom('packages').select('id').where('sha256', '=', sha256).executeTakeFirst()
    if (used === undefined) await dropBundle(dataDir, sha256)
    throw error
  }
}

/**
 * Makes a stored bundle the package of a channel. Publishing the same bytes again changes nothing.
 * Throws `server/unknown-channel`, and `server/version-taken` when other bytes have that version already.
 */
async function publish(db: Database, channelName: string, bundle: StoredBundle): Promise<Published> {
  const { version } = bundle.manifest
  const architecture = architectures[bundle.manifest.architecture]
  return await db.transaction().execute(async (tx) => {
    const channel = await findChannel(tx, channelName, architecture)
    const file = await ensurePackage(tx, bundle, architecture)
    if (channel.package_id !== file.id)
      await tx
        .updateTable('channels')
        .set({ package_id: file.id, changed_at: new Date().toISOString() })
        .where('id', '=', channel.id)
        .execute()
    return {
      channel: channelName,
      version,
      architecture,
      sizeBytes: file.size_bytes,
      sha256: file.sha256,
      previousVersion: channel.version,
    }
  })
}

/** Throws `server/unknown-channel`. */
export async function findChannel(
  db: Database | Transaction<Tables>,
  name: string,
  architecture: string,
): Promise<{ id: string; package_id: string | null; version: string | null }> {
  const channels = await db
    .selectFrom('channels')
    .leftJoin('packages', 'packages.id', 'channels.package_id')
    .select(['channels.id', 'channels.name', 'channels.package_id', 'packages.version'])
    .where('channels.application_id', '=', afloatAppId)
    .where('channels.architecture', '=', architecture)
    .orderBy('channels.name')
    .execute()
  const found = channels.find((channel) => channel.name === name)
  if (found !== undefined) return found
  const known = channels.map((channel) => `"${channel.name}"`).join(', ')
  throw serverError('server/unknown-channel', `Unknown channel "${name}": expected one of ${known}`)
}

async function ensurePackage(
  tx: Transaction<Tables>,
  bundle: StoredBundle,
  architecture: string,
): Promise<Package> {
  const { version } = bundle.manifest
  const known = await tx
    .selectFrom('packages')
    .selectAll()
    .where('application_id', '=', afloatAppId)
    .where('version', '=', version)
    .where('architecture', '=', architecture)
    .executeTakeFirst()
  if (known?.sha256 === bundle.sha256) return known
  if (known !== undefined)
    throw serverError(
      'server/version-taken',
      `Version ${version} was published before with other content: SHA-256 ${known.sha256}, now ${bundle.sha256}`,
      { hint: 'Build it again with another version: what machines call by one name must stay one thing' },
    )
  return await tx
    .insertInto('packages')
    .values({
      id: randomUUID(),
      application_id: afloatAppId,
      version,
      architecture,
      file_name: `afloat-${version}-${bundle.manifest.architecture}.afloat`,
      size_bytes: bundle.sizeBytes,
      sha1: bundle.sha1,
      sha256: bundle.sha256,
      created_at: new Date().toISOString(),
    })
    .returningAll()
    .executeTakeFirstOrThrow()
}
