import {
  createPrivateKey,
  createPublicKey,
  generateKeyPair,
  type KeyObject,
  X509Certificate,
} from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readFile } from 'node:fs/promises'
import { isIP } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { writeAtomic } from '@afloat/build/cache'
import { netbootError } from '../errors.ts'
import { issueCertificate } from './issue-certificate.ts'

export type ServerTls = {
  /** PEM. */
  readonly key: string
  /** With that of the authority behind it: an iPXE that was built to trust it knows no more than its fingerprint. */
  readonly cert: string
  /** Path of the certificate that machines are to trust. */
  readonly authorityPath: string
  /** SHA-256, as `openssl x509 -fingerprint` prints it. */
  readonly fingerprint: string
}

const authorityName = 'Afloat netboot'
const dayMs = 86_400_000
/** A machine's clock may be wrong by this much, and one without a battery is worse. */
const slackDays = 1
const days = { authority: 20 * 365, server: 365, renewBefore: 60 } as const

/**
 * Returns a key and certificate for a server of these names, signed by an authority of its own in `dir`: made when it is
 * not there, and made again when names are missing or it is about to expire. The authority stays: machines have it built
 * in. Throws `netboot/tls`.
 */
export async function ensureTls(dir: string, names: readonly string[], now = new Date()): Promise<ServerTls> {
  try {
    await mkdir(dir, { recursive: true, mode: 0o700 })
    const authority = await ensureAuthority(dir, now)
    const authorityPath = join(dir, 'ca.pem')
    const paths = { key: join(dir, 'server.key'), cert: join(dir, 'server.pem') }
    if (!(await isGood(paths, names, authority.certificate, now))) {
      const pair = await newKey()
      const cert = issueCertificate({
        subject: names[0]!,
        publicKey: createPublicKey(pair),
        issuer: { name: authorityName, privateKey: authority.key },
        ...validity(now, days.server),
        use: names,
      })
      await writeKey(paths.key, pair)
      await writeAtomic(paths.cert, cert)
    }
    return {
      key: await readFile(paths.key, 'utf8'),
      cert: (await readFile(paths.cert, 'utf8')) + (await readFile(authorityPath, 'utf8')),
      authorityPath,
      fingerprint: authority.certificate.fingerprint256,
    }
  } catch (cause) {
    throw netbootError('netboot/tls', `Cannot use the folder "${dir}" for TLS: ${(cause as Error).message}`, {
      cause,
      hint: 'Give --tls a folder of its own: the authority that machines trust is made and kept there',
    })
  }
}

async function ensureAuthority(
  dir: string,
  now: Date,
): Promise<{ key: KeyObject; certificate: X509Certificate }> {
  const paths = { key: join(dir, 'ca.key'), cert: join(dir, 'ca.pem'), der: join(dir, 'ca.der') }
  if (existsSync(paths.cert) !== existsSync(paths.key))
    throw new Error('one of ca.key and ca.pem is missing: put it back, or remove both and build iPXE again')
  if (!existsSync(paths.key)) {
    const key = await newKey()
    const cert = issueCertificate({
      subject: authorityName,
      publicKey: createPublicKey(key),
      issuer: { name: authorityName, privateKey: key },
      ...validity(now, days.authority),
      use: 'authority',
    })
    await writeKey(paths.key, key)
    await writeAtomic(paths.der, new X509Certificate(cert).raw)
    await writeAtomic(paths.cert, cert)
  }
  const key = createPrivateKey(await readFile(paths.key))
  const certificate = new X509Certificate(await readFile(paths.cert))
  if (!certificate.checkPrivateKey(key)) throw new Error('ca.key is not the key of ca.pem')
  if (certificate.validToDate <= now) throw new Error('ca.pem has expired')
  return { key, certificate }
}

async function isGood(
  paths: { readonly key: string; readonly cert: string },
  names: readonly string[],
  authority: X509Certificate,
  now: Date,
): Promise<boolean> {
  if (!existsSync(paths.key) || !existsSync(paths.cert)) return false
  const certificate = new X509Certificate(await readFile(paths.cert))
  const covers = (name: string) =>
    (isIP(name) === 0 ? certificate.checkHost(name) : certificate.checkIP(name)) !== undefined
  return (
    certificate.checkPrivateKey(createPrivateKey(await readFile(paths.key))) &&
    certificate.verify(authority.publicKey) &&
    certificate.validFromDate <= now &&
    certificate.validToDate.getTime() - now.getTime() > days.renewBefore * dayMs &&
    names.every(covers)
  )
}

function validity(now: Date, count: number): { notBefore: Date; notAfter: Date } {
  const at = (days: number) => new Date(now.getTime() + days * dayMs)
  return { notBefore: at(-slackDays), notAfter: at(count) }
}

async function newKey(): Promise<KeyObject> {
  return (await promisify(generateKeyPair)('rsa', { modulusLength: 2048 })).privateKey
}

async function writeKey(path: string, key: KeyObject): Promise<void> {
  await writeAtomic(path, key.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 })
}
