import type { Draft } from './draft.ts'
import { readErrors as errors } from './errors.ts'
import type { Located } from './located.ts'
import { parseSize } from './parse-size.ts'

/** Readers of single values: what cannot be read is said, and undefined. `name` is the parameter or field. */

export function readWord<const Word extends string>(
  draft: Draft,
  name: string,
  value: Located,
  known: readonly Word[],
): Word | undefined {
  const word = known.find((one) => one === value.text)
  if (word === undefined)
    draft.error(value.spot(), errors.unknownWord(name, value.text, known, draft.suggest(value.text, known)))
  return word
}

/** A bare parameter is a yes. */
export function readYesNo(draft: Draft, name: string, value: Located | undefined): boolean | undefined {
  if (value === undefined || YES.includes(value.text)) return true
  if (NO.includes(value.text)) return false
  draft.error(value.spot(), errors.unknownWord(name, value.text, ['yes', 'no'], undefined))
  return undefined
}

const YES: readonly string[] = ['yes', 'true', 'on', '1']
const NO: readonly string[] = ['no', 'false', 'off', '0']

export function readSize(draft: Draft, name: string, value: Located): number | undefined {
  const bytes = parseSize(value.text)
  if (bytes !== undefined && bytes > 0) return bytes
  draft.error(value.spot(), errors.badSize(name, value.text))
  return undefined
}

export function readUrl(draft: Draft, name: string, value: Located): string | undefined {
  hideUserInfo(draft, value)
  if (isHttpUrl(value.text)) return value.text
  draft.error(value.spot(), errors.badUrl(name, value.text))
  return undefined
}

export function isHttpUrl(text: string): boolean {
  return /^https?:\/\/([^\s/?#@]*@)?(\[[0-9a-fA-F:.]+\]|[^\s/?#@:[\]]+)(:\d{1,5})?([/?#]\S*)?$/.test(text)
}

/** What podman takes for the name of a volume, and what is safe in a path. */
export function isName(text: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9_.-]{0,127}$/.test(text)
}

export function readName(draft: Draft, what: string, value: Located): string | undefined {
  if (isName(value.text)) return value.text
  draft.error(value.spot(), errors.badName(what, value.text))
  return undefined
}

/** The items of a comma list, empty ones left out. */
export function readList(value: Located, separator = ','): Located[] {
  return value.split(separator).filter(({ text }) => text !== '')
}

/** Notes that a value must not be printed; that it is the name of a secret may be. */
export function hideSecret(draft: Draft, value: Located): void {
  if (!value.text.startsWith('secret:')) hideRange(draft, value, 0, value.text.length)
}

/** Notes that the user and password of a URL must not be printed. */
export function hideUserInfo(draft: Draft, value: Located): void {
  const found = /\/\/([^/?#]*)@/.exec(value.text)
  if (found) hideRange(draft, value, found.index + 2, found.index + 2 + found[1]!.length)
}

/** Notes that the registry password among the arguments of a container must not be printed. */
export function hideCredentials(draft: Draft, value: Located): void {
  for (const { index, 0: all, 1: password = '' } of value.text.matchAll(/(?:^|\s)--creds[= ](\S+)/g))
    hideRange(draft, value, index + all.length - password.length, index + all.length)
}

function hideRange(draft: Draft, value: Located, from: number, to: number): void {
  if (to > from) draft.secretSpots.push({ from: value.spot(from), to: value.spot(to - 1) + 1 })
}
