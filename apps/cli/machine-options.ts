import { type PortForward, parsePortForward } from '@afloat/vm/ports'
import { InvalidArgumentError } from 'commander'

/** Reads a port for an option that may be repeated. Throws `vm/bad-port`. */
export function addPort(text: string, before: PortForward[] = []): PortForward[] {
  return [...before, parsePortForward(text)]
}

/** Reads a whole number above 0 for an option. */
export function positive(text: string): number {
  if (!/^[1-9]\d*$/.test(text)) throw new InvalidArgumentError('Expected a whole number above 0')
  return Number(text)
}
