import { createHash, createPublicKey, type KeyObject, randomBytes, sign } from 'node:crypto'
import { isIP } from 'node:net'
import { der } from './der.ts'

export type CertificateOptions = {
  /** Common name of the one who has it. */
  readonly subject: string
  readonly publicKey: KeyObject
  /** Whose key signs: common name, and the RSA key itself. */
  readonly issuer: { readonly name: string; readonly privateKey: KeyObject }
  readonly notBefore: Date
  readonly notAfter: Date
  /** DNS names and IP addresses that a server is reached by; "authority" for a certificate that signs others. */
  readonly use: 'authority' | readonly string[]
}

/**
 * Makes a certificate and signs it with RSA and SHA-256, which every iPXE knows. Node reads certificates and does not make
 * any; the packages for it bring a whole ASN.1 compiler. Source: RFC 5280
 */
export function issueCertificate(options: CertificateOptions): string {
  const { issuer, subject, publicKey, notBefore, notAfter, use } = options
  const algorithm = der.sequence(der.oid('1.2.840.113549.1.1.11'), der.null())
  const body = der.sequence(
    der.context(0, 'explicit', der.integer(Uint8Array.of(2))),
    der.integer(randomBytes(16)),
    algorithm,
    commonName(issuer.name),
    der.sequence(der.time(notBefore), der.time(notAfter)),
    commonName(subject),
    spki(publicKey),
    der.context(3, 'explicit', der.sequence(...extensions(publicKey, issuer.privateKey, use))),
  )
  const signature = sign('sha256', body, issuer.privateKey)
  const base64 = Buffer.from(der.sequence(body, algorithm, der.bits(signature))).toString('base64')
  return `-----BEGIN CERTIFICATE-----\n${base64.match(/.{1,64}/g)!.join('\n')}\n-----END CERTIFICATE-----\n`
}

function extensions(key: KeyObject, issuer: KeyObject, use: CertificateOptions['use']): Uint8Array[] {
  const issuerId = der.sequence(der.context(0, 'implicit', keyId(createPublicKey(issuer))))
  const common = [
    extension('2.5.29.14', der.octets(keyId(key))),
    extension('2.5.29.35', issuerId),
    // the last certificate of a chain: nothing that it signs counts
    extension('2.5.29.19', der.sequence(...(use === 'authority' ? [der.boolean(true)] : [])), true),
  ]
  // bits from the left: digital signature 0, key encipherment 2, certificate signing 5, revocation list signing 6
  if (use === 'authority')
    return [...common, extension('2.5.29.15', der.bits(Uint8Array.of(0b0000_0110), 1), true)]
  return [
    ...common,
    extension('2.5.29.15', der.bits(Uint8Array.of(0b1010_0000), 5), true),
    extension('2.5.29.37', der.sequence(der.oid('1.3.6.1.5.5.7.3.1'))),
    extension('2.5.29.17', der.sequence(...use.map(generalName))),
  ]
}

function extension(oid: string, value: Uint8Array, isCritical = false): Uint8Array {
  return der.sequence(der.oid(oid), ...(isCritical ? [der.boolean(true)] : []), der.octets(value))
}

function generalName(name: string): Uint8Array {
  return isIP(name) === 0
    ? der.context(2, 'implicit', Buffer.from(name))
    : der.context(7, 'implicit', addressBytes(name))
}

/** Four bytes, or sixteen. */
function addressBytes(address: string): Uint8Array {
  if (isIP(address) === 4) return Uint8Array.from(address.split('.').map(Number))
  // the URL parser writes an address in its one short form, with any last part in dots as groups
  const [head = '', tail] = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::')
  const groups = (text: string | undefined) =>
    text ? text.split(':').map((group) => Number.parseInt(group, 16)) : []
  const [before, after] = [groups(head), groups(tail)]
  const zeros = new Array<number>(8 - before.length - after.length).fill(0)
  return Uint8Array.from([...before, ...zeros, ...after].flatMap((group) => [group >> 8, group & 0xff]))
}

function commonName(name: string): Uint8Array {
  return der.sequence(der.set(der.sequence(der.oid('2.5.4.3'), der.utf8(name))))
}

function spki(key: KeyObject): Uint8Array {
  return key.export({ type: 'spki', format: 'der' })
}

function keyId(key: KeyObject): Uint8Array {
  return createHash('sha1').update(spki(key)).digest()
}
