import { X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { AfloatError } from '@afloat/report'
import { writeSharePack } from './share-pack.ts'

/**
 * Writes certificates of authorities as an archive that goes behind the base: a machine trusts them besides its own.
 * Throws `b2c/bad-certificate`.
 */
export async function writeAuthorityPack(certificates: readonly string[], output: string): Promise<void> {
  await checkAuthorities(certificates)
  await writeSharePack('authorities', certificates, output)
}

/** Makes sure that files are certificates. Throws `b2c/bad-certificate`. */
export async function checkAuthorities(certificates: readonly string[]): Promise<void> {
  for (const path of certificates) assertCertificate(path, await readFile(path, 'latin1').catch(() => ''))
}

function assertCertificate(path: string, text: string): void {
  try {
    if (text.includes('-----BEGIN CERTIFICATE-----') && new X509Certificate(text)) return
  } catch {
    // What is between the lines is none.
  }
  throw new AfloatError('b2c/bad-certificate', `Cannot use "${path}": it is no certificate, or not there`, {
    hint: 'Give that of the authority as PEM: it begins with -----BEGIN CERTIFICATE-----',
  })
}
