import { InvalidArgumentError } from 'commander'

/** Reads the port of an option; 0 stands for one that is free. */
export function port(text: string): number {
  const number = Number(text)
  if (/^\d{1,5}$/.test(text) && number <= 65_535) return number
  throw new InvalidArgumentError('Expected a number from 0 to 65535.')
}
