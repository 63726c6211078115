import { InvalidArgumentError } from 'commander'

/** Checks that an option is an http or https URL. */
export function httpUrl(text: string): string {
  if (/^https?:$/.test(URL.parse(text)?.protocol ?? '')) return text
  throw new InvalidArgumentError('Expected an http or https URL.')
}
