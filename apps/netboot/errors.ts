import { decodeErrors } from '@afloat/ignition'
import { AfloatError, finding } from '@afloat/report'

/** What can go wrong while starting. */
export type NetbootErrorCode =
  | 'netboot/address'
  | 'netboot/no-images'
  | 'netboot/bad-manifest'
  | 'netboot/no-machines'
  | 'netboot/bad-machines'
  | 'netboot/no-ipxe'
  | 'netboot/tls'

export function netbootError(
  code: NetbootErrorCode,
  message: string,
  options: { hint?: string; cause?: unknown; details?: Record<string, unknown> } = {},
): AfloatError {
  return new AfloatError(code, message, options)
}

export function listenError(
  what: string,
  { address, port }: { readonly address: string; readonly port: number },
  cause: NodeJS.ErrnoException,
): AfloatError {
  const [problem, hint] = {
    EADDRINUSE: ['another program listens there', 'Stop that program, or choose another port'],
    EACCES: ['no permission', 'Ports below 1024 are for root; choose another, or run this with sudo'],
    EADDRNOTAVAIL: ['this computer does not have that address', 'Give --listen an address of this computer'],
  }[cause.code ?? ''] ?? [cause.message, 'Check --listen and the port']
  return netbootError('netboot/address', `Cannot listen for ${what} on ${address} port ${port}: ${problem}`, {
    cause,
    hint: hint!,
  })
}

/** What can be wrong with the file that lists the machines. */
export const machineErrors = {
  ...decodeErrors('netboot'),
  tooLarge: () => finding('netboot/too-large', 'File is larger than 4 MB', 'Split it into several servers'),
  /** Above all what an editor leaves for a moment while it writes. */
  nothing: () =>
    finding(
      'netboot/nothing',
      'Nobody boots from this: no machines and no default',
      'Add "machines" or "default"',
    ),
  missing: (what: string) => finding('netboot/missing', `${what} is missing`, `Add "${what}:"`),
  badName: (text: string) =>
    finding(
      'netboot/bad-name',
      `Cannot use ${JSON.stringify(text)} as a name: expected letters, digits, ".", "_" and "-"`,
    ),
  badMac: (text: string) =>
    finding(
      'netboot/bad-mac',
      `Cannot read MAC address ${JSON.stringify(text)}: expected six bytes`,
      'Write it as 52:54:00:12:34:56',
    ),
  badUuid: (text: string) =>
    finding(
      'netboot/bad-uuid',
      `Cannot read UUID ${JSON.stringify(text)}: expected 32 hexadecimal digits`,
      'Write it as dmidecode -s system-uuid prints it',
    ),
  twice: (what: string, text: string, first: string) =>
    finding('netboot/twice', `${what} "${text}" is given twice`, `It is that of ${first} already`),
  unknownProfile: (name: string, nearest: string | undefined) =>
    finding(
      'netboot/unknown-profile',
      `There is no profile "${name}"`,
      nearest === undefined ? 'Add it to "profiles"' : `Write "${nearest}"`,
    ),
  unknownPack: (name: string, nearest: string | undefined, known: readonly string[]) =>
    finding(
      'netboot/unknown-pack',
      `There is no pack "${name}" in the folder that is served`,
      nearest !== undefined
        ? `Write "${nearest}"`
        : known.length === 0
          ? 'Build it with ./afloat b2c build --with'
          : `There are: ${known.join(', ')}`,
    ),
  nobody: () =>
    finding(
      'netboot/nobody',
      'Machine has neither "mac" nor "uuid"',
      'Add the one that it is to be known by',
    ),
  notPrintable: () =>
    finding(
      'netboot/bad-cmdline',
      'Command line holds a tab or another control character',
      'Write a blank instead',
    ),
  expands: (text: string) =>
    finding(
      'netboot/bad-cmdline',
      `Command line holds ${JSON.stringify(text)}, which iPXE would replace before it starts the kernel`,
      'Take it out; a "$" without braces is fine',
    ),
  tooLong: (bytes: number, most: number) =>
    finding(
      'netboot/too-long',
      `Command line has ${bytes} bytes, and a kernel takes ${most}`,
      'Shorten what does not begin with "b2c.": the rest is moved to extra arguments by itself',
    ),
}
