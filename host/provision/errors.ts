import { AfloatError } from '@afloat/report'

const q = (text: string): string => JSON.stringify(text)

function make(code: string, message: string, hint?: string): AfloatError {
  return new AfloatError(`provision/${code}`, message, hint === undefined ? {} : { hint })
}

/**
 * Everything that can go wrong while a machine is provisioned, besides what `host/sys` and `@afloat/ignition` report.
 * `place` is a path in the config, such as `$.storage.files.0`.
 */
export const provisionErrors = {
  // the config as a whole
  configEmpty: (source: string) =>
    make(
      'config-empty',
      `Cannot provision from ${source}: the config is empty`,
      'Give the machine the .ign file that afloat config compile wrote, or no config at all for the defaults',
    ),
  configTooLarge: (source: string, limitMb: number) =>
    make(
      'config-too-large',
      `Cannot provision from ${source}: the config is larger than ${limitMb} MB`,
      'Load large files from an https: source instead of putting them into the config',
    ),
  configInvalid: (source: string, findings: readonly string[], hint?: string) =>
    make('config-invalid', `Cannot provision from ${source}:\n${findings.join('\n')}`, hint),
  configUrlScheme: (url: string) =>
    make(
      'config-url',
      `Cannot fetch the config from ${q(url)}: expected a URL with http: or https:`,
      'Correct ignition.config.url= on the kernel command line',
    ),

  // sources
  sourceFailed: (url: string, why: string) =>
    make(
      'source-failed',
      `Cannot fetch ${q(url)}: ${why}`,
      'Check the address, and try it from another machine',
    ),
  sourceUnreachable: (url: string, why: string, attempts: number, seconds: number) =>
    make(
      'source-unreachable',
      `Cannot fetch ${q(url)}: ${why} (${attempts} attempts in ${seconds} s)`,
      'Check that the server runs and that this machine reaches it',
    ),
  sourceCertificate: (url: string, why: string) =>
    make(
      'source-certificate',
      `Cannot fetch ${q(url)}: ${why}`,
      'Check the certificate of the server and the clock of this machine',
    ),
  sourceTooLarge: (url: string, limitMb: number) =>
    make('source-too-large', `Cannot fetch ${q(url)}: it is larger than ${limitMb} MB`),
  diskFull: (what: string) =>
    make('disk-full', `Cannot store ${what}: no space left`, 'Give the machine a larger disk, or fetch less'),
  hashMismatch: (what: string, expected: string, found: string) =>
    make(
      'hash-mismatch',
      `Cannot accept ${what}: expected ${expected}, found ${found}`,
      'Update the hash in the config if the contents were meant to change',
    ),
  notGzip: (what: string) =>
    make(
      'not-gzip',
      `Cannot unpack ${what}: compression is "gzip", but the data is not whole gzip data`,
      'Remove compression from the config, or compress the data',
    ),

  // users and groups
  unknownGroup: (place: string, group: string) =>
    make(
      'unknown-group',
      `Cannot find group ${q(group)} (${place}): neither the image nor the config has it`,
      'Add it to passwd.groups, or correct the name',
    ),
  unknownUser: (place: string, user: string) =>
    make(
      'unknown-user',
      `Cannot find user ${q(user)} (${place}): neither the image nor the config has it`,
      'Add it to passwd.users, or correct the name',
    ),
  idConflict: (place: string, what: string, expected: number, found: number) =>
    make(
      'id-conflict',
      `Cannot give ${what} the number ${expected} (${place}): the image gives it ${found}`,
      'Remove the number from the config, or choose another name',
    ),
  idTaken: (place: string, what: string, id: number, owner: string) =>
    make(
      'id-conflict',
      `Cannot give ${what} the number ${id} (${place}): ${q(owner)} has it`,
      'Choose another number, or leave it out',
    ),
  noHome: (user: string, home: string) =>
    make(
      'no-home',
      `Cannot install SSH keys for ${q(user)}: its home is ${q(home)}`,
      'Give the user a homeDir in the config',
    ),

  // files
  fileExists: (path: string) =>
    make(
      'file-exists',
      `Cannot write ${q(path)}: a file with other contents is there already`,
      'Set overwrite: true to replace it',
    ),
  pathTaken: (path: string, expected: string, found: string) =>
    make(
      'path-taken',
      `Cannot make the ${expected} ${q(path)}: a ${found} is there already`,
      'Set overwrite: true to replace it, or choose another path',
    ),
  neverRemoved: (path: string) =>
    make('never-removed', `Cannot replace ${q(path)}: the system needs this folder`, 'Choose another path'),
  badHostname: (name: string) =>
    make(
      'bad-hostname',
      `Cannot use ${q(name)} as the host name: expected up to 64 letters, digits, hyphens and dots`,
      'Correct the contents of /etc/hostname in the config',
    ),

  // units
  unknownUnit: (name: string) =>
    make(
      'unknown-unit',
      `Cannot enable ${q(name)}: neither the image nor the config has such a unit`,
      'Correct the name, or add the unit or its quadlet to the config',
    ),
}

/** Adds to an error which entry of the config was being applied; code and hint stay. */
export function atPlace(error: unknown, place: string): unknown {
  if (!(error instanceof AfloatError) || error.message.includes(place)) return error
  const [first, ...rest] = error.message.split('\n')
  return new AfloatError(error.code, [`${first} (${place})`, ...rest].join('\n'), {
    cause: error,
    ...(error.hint === undefined ? {} : { hint: error.hint }),
    details: { ...error.details, place },
  })
}
