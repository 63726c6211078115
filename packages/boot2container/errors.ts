import { finding } from '@afloat/report'

const q = (text: string) => JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text)
const meant = (nearest: string | undefined) => (nearest === undefined ? undefined : `Write ${nearest}`)

/** What can be wrong with the parameters of a pipeline when they are read. Values that may be secrets are not shown. */
export const readErrors = {
  unknownParameter: (name: string, nearest: string | undefined) =>
    finding(
      'b2c/unknown-parameter',
      `Unknown parameter ${q(name)}`,
      meant(nearest) ?? 'Leave it out; docs/usage/boot2container-options.md lists all parameters',
    ),
  unclosedQuote: () =>
    finding(
      'b2c/unclosed-quote',
      'Double quote is not closed: all that follows is one parameter',
      'Close it',
    ),
  tooLong: (limit: number) =>
    finding(
      'b2c/arguments-too-long',
      `Extra arguments are longer than ${limit / 1024} KiB: the rest is not read`,
      'Put into containers or on volumes what is not for this machine itself',
    ),
  givenTwice: (name: string) =>
    finding('b2c/given-twice', `${name} is given twice: the last one counts`, 'Remove one of the two'),
  notInExtraArguments: (name: string) =>
    finding(
      'b2c/not-in-extra-arguments',
      `${name} has no effect in extra arguments: they are fetched once, before they are read`,
      'Write it on the kernel command line',
    ),
  valueMissing: (name: string) =>
    finding('b2c/value-missing', `Value of ${name} is missing`, `Write ${name}=…, or leave it out`),
  /** The value is not shown: people give a key to `fscrypt_reset_key`. */
  flagWithValue: (name: string, value: string) =>
    finding(
      'b2c/flag-with-value',
      `${name} takes no value: the one given has no meaning, and it is on`,
      /^(no|0|off|false)$/i.test(value) ? 'Leave it out to have it off' : `Write ${name} alone`,
    ),
  unknownWord: (name: string, word: string, known: readonly string[], nearest: string | undefined) =>
    finding(
      'b2c/unknown-word',
      `Unknown value ${q(word)} of ${name}: expected ${known.join(', ')}`,
      meant(nearest),
    ),
  unknownField: (name: string, field: string, known: readonly string[], nearest: string | undefined) =>
    finding(
      'b2c/unknown-field',
      `${name} has no ${q(field)}: expected ${known.join(', ')}`,
      meant(nearest) ?? 'Remove it; a comma in a value starts the next field',
    ),
  fieldMissing: (name: string, field: string, example: string) =>
    finding('b2c/field-missing', `${name} has no ${field}`, `Write ${example}`),
  badName: (what: string, name: string) =>
    finding(
      'b2c/bad-name',
      `Name of the ${what} is ${q(name)}: expected letters, digits, "_", "." and "-", starting with a letter or digit`,
    ),
  badSize: (name: string, text: string) =>
    finding(
      'b2c/bad-size',
      `Cannot read size ${q(text)} of ${name}: expected a number above 0 with K, M, G or T`,
      'Write for example 512M or 4G',
    ),
  badSeconds: (name: string, text: string) =>
    finding('b2c/bad-seconds', `Cannot read ${q(text)} of ${name}: expected seconds, as in 10`),
  badArguments: () =>
    finding(
      'b2c/bad-arguments',
      'Cannot split the arguments of the container: a single quote is not closed',
      "Close it; outside of quotes, write \\' for the character",
    ),
  badAddress: (text: string) =>
    finding(
      'b2c/bad-address',
      `Cannot read address ${q(text)}: expected an IP address with its prefix length`,
      /^[\d.]+$/.test(text) ? `Write for example ${text}/24` : 'Write for example 10.0.0.2/24',
    ),
  badHost: (what: string, text: string) =>
    finding('b2c/bad-host', `Cannot read ${what} ${q(text)}: expected an IP address`),
  badRoute: (text: string) =>
    finding(
      'b2c/bad-route',
      `Cannot read route ${q(text)}: expected DESTINATION:GATEWAY, both IPv4 or both IPv6`,
      text.includes('::') && !text.includes('/')
        ? 'Give the destination its prefix length: 2001:db8::1/128:fe80::1'
        : 'Write for example 10.1.0.0/16:10.0.0.1 or default:10.0.0.1',
    ),
  badUrl: (name: string, text: string) =>
    finding(
      'b2c/bad-url',
      `Cannot read URL ${q(withoutUserInfo(text))} of ${name}: expected http: or https: and a host`,
      text.includes('://') ? undefined : 'Write https:// in front',
    ),
  badKey: (name: string, expected: string) =>
    finding('b2c/bad-key', `Cannot read the public key of ${name}: expected ${expected}`),
  keyWithoutArguments: () =>
    finding(
      'b2c/key-without-arguments',
      'b2c.extra_args_key has no effect without b2c.extra_args_url',
      'Add the URL',
    ),
  badCapability: (name: string, nearest: string | undefined) =>
    finding('b2c/bad-capability', `Unknown capability ${q(name)}`, meant(nearest)),
  badSecretSource: (text: string) =>
    finding(
      'b2c/bad-secret-source',
      `Cannot read source ${q(withoutUserInfo(text))} of the secret`,
      'Write from=fw_cfg:KEY, smbios:NAME, file:FILESYSTEM/PATH or https://…',
    ),
  badReport: (text: string) =>
    finding(
      'b2c/bad-report',
      `Cannot read ${q(withoutUserInfo(text))} as a place for the report`,
      'Write console, virtio, virtio:PORT, volume:NAME/PATH or an https: URL',
    ),
  badMirror: (field: string, text: string) =>
    finding(
      'b2c/bad-mirror',
      `Cannot read ${q(text)} of ${field}: expected ALIAS/BUCKET or ALIAS/BUCKET/PATH`,
      'The alias is one of b2c.minio',
    ),
}

/** A password may stand in a URL. */
export function withoutUserInfo(url: string): string {
  return url.replace(/\/\/[^/?#]*@/, '//…@')
}
