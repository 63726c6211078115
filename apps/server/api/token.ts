import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { link, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { MiddlewareHandler } from 'hono'
import { serverError } from '../errors.ts'

/** Where the token of a data directory is; only its owner can read it. */
export function tokenFile(dataDir: string): string {
  return join(dataDir, 'token')
}

/** The token of a data directory. Made once; delete the file and restart the server for another one. */
export async function ensureToken(dataDir: string): Promise<string> {
  const path = tokenFile(dataDir)
  const fresh = `${path}.${process.pid}`
  await writeFile(fresh, `${randomBytes(32).toString('base64url')}\n`, { mode: 0o600, flush: true })
  try {
    await link(fresh, path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    await rm(fresh)
  }
  return await readToken(path)
}

/** Throws `server/no-token`. */
export async function readToken(path: string): Promise<string> {
  let token: string
  try {
    token = (await readFile(path, 'utf8')).trim()
  } catch (cause) {
    throw serverError('server/no-token', `Cannot read the token of the server from "${path}"`, {
      cause,
      hint: 'It is in the data directory of the server, readable by the user that runs it',
    })
  }
  if (token.length >= 32) return token
  throw serverError('server/no-token', `File "${path}" holds no token`, {
    hint: 'Delete it and restart the server',
  })
}

/** Lets requests with the token through. Throws `server/not-authorised`. */
export function requireToken(token: string): MiddlewareHandler {
  const expected = digest(`Bearer ${token}`)
  return async (context, next) => {
    if (!timingSafeEqual(digest(context.req.header('Authorization') ?? ''), expected))
      throw serverError('server/not-authorised', 'Token of the server is missing or wrong', {
        hint: 'Pass the data directory of the server, or what its file "token" holds',
      })
    await next()
  }
}

/** Of equal length whatever was sent, so that the comparison takes the same time. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
