import { AfloatError } from '@afloat/report'

const q = (text: string): string => JSON.stringify(text)

function make(code: string, message: string, hint: string): AfloatError {
  return new AfloatError(`b2c/${code}`, message, { hint })
}

/** What can be wrong with secrets. Their values are never part of a message. */
export const secretErrors = {
  missing: (name: string, place: string) =>
    make(
      'secret-missing',
      `Cannot read secret ${q(name)}: nothing at ${place}`,
      'Check the name on both sides, and that the machine is given it',
    ),
  unknown: (name: string, known: readonly string[]) =>
    make(
      'secret-unknown',
      `Cannot find secret ${q(name)}: ${known.length === 0 ? 'there are none' : `known are ${known.map(q).join(', ')}`}`,
      `Add b2c.secret=${name},from=…`,
    ),
  notText: (name: string) =>
    make('secret-not-text', `Cannot use secret ${q(name)}: it is not UTF-8 text`, 'Store it as base64'),
  tooShort: (name: string, least: number) =>
    make(
      'secret-too-short',
      `Cannot use secret ${q(name)}: it has fewer than ${least} characters, and could not be told from other text`,
      'Choose a longer one',
    ),
  tooLarge: (name: string, limit: number) =>
    make(
      'secret-too-large',
      `Cannot use secret ${q(name)}: it is larger than ${limit / 1024} KiB`,
      'Put it on a volume',
    ),
}
