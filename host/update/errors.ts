import { AfloatError } from '@afloat/report'

function make(
  code: string,
  message: string,
  hint?: string,
  details: Record<string, unknown> = {},
): AfloatError {
  return new AfloatError(`update/${code}`, message, { ...(hint === undefined ? {} : { hint }), details })
}

const q = (text: string): string => JSON.stringify(text)
const mebibytes = (bytes: number): string => `${Math.ceil(bytes / 2 ** 20)} MiB`

/**
 * Everything that can go wrong while a machine is updated, besides what `host/sys`, `host/slots`, `@afloat/release`
 * and `@afloat/omaha` report. The codes are part of the interface; `omaha-code.ts` says how each is reported.
 */
export const updateErrors = {
  // configuration
  notConfigured: () =>
    make(
      'not-configured',
      'Cannot update: this machine has no /etc/afloat/update.json',
      'Put "updates:" with a server and a public key into the YAML of the machine',
    ),
  badConfig: (path: string, expected: string) =>
    make(
      'bad-config',
      `Cannot use /etc/afloat/update.json: ${path}: expected ${expected}`,
      'Correct "updates:" in the YAML of the machine',
    ),
  noKeys: () =>
    make(
      'no-keys',
      'Cannot accept any release: this machine trusts no public key',
      'Add the public key of your releases to updates.public_keys in the YAML of the machine',
    ),

  // network
  unreachable: (url: string, why: string) =>
    make(
      'unreachable',
      `Cannot fetch ${q(url)}: ${why}`,
      'Check that the server runs and that this machine reaches it',
    ),
  httpStatus: (url: string, status: number) =>
    make(
      'http-status',
      `Cannot fetch ${q(url)}: the server answered HTTP ${status}`,
      'Check the address of the server, and that it has the release',
      { status },
    ),
  certificate: (url: string, why: string) =>
    make(
      'certificate',
      `Cannot fetch ${q(url)}: ${why}`,
      'Check the certificate of the server and the clock of this machine',
    ),
  redirects: (url: string) =>
    make('redirects', `Cannot fetch ${q(url)}: it leads from one address to the next`, 'Correct the server'),
  stalled: (url: string) =>
    make(
      'stalled',
      `Cannot fetch ${q(url)}: the server sends too slowly`,
      'Check the server and the network',
    ),
  tooLarge: (url: string, limitBytes: number) =>
    make(
      'too-large',
      `Cannot use the answer of ${q(url)}: it is larger than ${limitBytes} bytes`,
      'Correct the server',
    ),
  badRange: (url: string, expected: string, found: string) =>
    make(
      'bad-range',
      `Cannot use the answer of ${q(url)}: expected bytes ${expected}, found ${found}`,
      'Correct the server: it does not answer ranges as HTTP says',
    ),
  cutShort: (url: string, expectedBytes: number, foundBytes: number) =>
    make(
      'cut-short',
      `Cannot fetch ${q(url)}: it ended after ${foundBytes} of ${expectedBytes} bytes`,
      'The download goes on from here at the next attempt',
    ),

  // what is offered
  badOffer: (version: string) =>
    make(
      'bad-offer',
      `Cannot use the offer of the server: its version is ${q(version.slice(0, 60))}, expected MAJOR.MINOR.PATCH`,
      'Correct the server',
    ),
  offerDiffers: (what: string, offered: string | number, found: string | number) =>
    make(
      'offer-differs',
      `Cannot accept the release: the server offers ${what} ${offered}, the bundle has ${found}`,
      'Publish the release again; the server or someone before it may be replaying another one',
    ),
  refused: (reasons: readonly { code: string; text: string }[]) =>
    make(
      'plan-refused',
      `Update refused: ${reasons.map(({ text }) => text).join('; ')}`,
      remedyFor(reasons),
      {
        reasons: reasons.map(({ code }) => code),
      },
    ),
  failedBefore: (version: string, reason: string) =>
    make(
      'failed-before',
      `Not trying ${version} again: ${reason}`,
      'Publish a newer version, or ask for this one with afloatctl update --retry',
    ),
  frameDamaged: (artefact: string, first: number, last: number) =>
    make(
      'frame-damaged',
      `Cannot accept the release: ${first === last ? `piece ${first}` : `pieces ${first} to ${last}`} of "${artefact}" ${first === last ? 'is' : 'are'} not what was signed`,
      'It is fetched again later; check the server if that does not help',
    ),

  // this machine
  slotTooSmall: (part: string, haveBytes: number, needBytes: number) =>
    make(
      'slot-too-small',
      `Cannot write the release: its ${part} needs ${mebibytes(needBytes)}, the partition has ${mebibytes(haveBytes)}`,
      'Make the release smaller, or install the machine anew with larger slots',
    ),
  espFull: (haveBytes: number, needBytes: number) =>
    make(
      'esp-full',
      `Cannot update: the EFI system partition has room for ${mebibytes(haveBytes)}, needed are ${mebibytes(needBytes)}`,
      'Remove files that do not belong to Afloat from /boot',
    ),
  diskFull: (place: string, haveBytes: number, needBytes: number) =>
    make(
      'disk-full',
      `Cannot update: ${place} has ${mebibytes(haveBytes)} free, needed are ${mebibytes(needBytes)}`,
      `Free space in ${place}`,
    ),
  notWritten: (why: string) =>
    make(
      'write-failed',
      `Cannot write the release: ${why}`,
      'Look at the kernel log: the disk may be failing',
    ),
  damagedTool: (what: string, why: string) =>
    make('tool-failed', `Cannot ${what}: ${why}`, 'Report this as a bug of Afloat'),

  // outcome
  cameBack: (version: string, how: string) =>
    make(
      'came-back',
      `Version ${version} did not last: the machine ${how}`,
      'See "afloatctl boots" and "afloatctl logs"',
    ),
  unhealthy: (version: string, reason: string, code: string) =>
    make(
      'unhealthy',
      `Version ${version} failed its health check: ${reason}`,
      'Correct the release and publish a newer version',
      {
        verdict: code,
      },
    ),
  actFailed: (version: string, why: string) =>
    make(
      'act-failed',
      `Cannot switch to ${version}: ${why}`,
      'See "afloatctl logs"; correct the release and publish a newer version',
    ),
  noOtherRelease: () =>
    make('no-other-release', 'Cannot roll back: the other slot holds no release', undefined),
  unexpected: (why: string) => make('unexpected', `Update stopped: ${why}`, 'Report this as a bug of Afloat'),
  busy: (what: string) =>
    make('busy', `Cannot do that now: ${what}`, 'See "afloatctl status", and try again later'),
} as const

function remedyFor(reasons: readonly { code: string }[]): string | undefined {
  const has = (code: string) => reasons.some((reason) => reason.code === `plan/${code}`)
  if (has('downgrade')) return 'Use afloatctl rollback to go back to the release in the other slot'
  if (has('minimum-version')) return 'Publish the version in between first'
  if (has('same-version')) return 'Give the changed release a version of its own'
  if (has('policy-soft-required'))
    return 'Set updates.strategy to "auto", or correct what stands against a soft reboot'
  return undefined
}
