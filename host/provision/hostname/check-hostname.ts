import type { Sys } from '../../sys/sys.ts'
import { provisionErrors as errors } from '../errors.ts'

/**
 * Returns the name in /etc/hostname, or undefined when there is none. Throws `provision/bad-hostname` for one that
 * systemd would not take and replace by its default without a word.
 * Source: hostname(5)
 */
export function checkHostname(sys: Sys): string | undefined {
  const name = (sys.readText('/etc/hostname') ?? '')
    .split('\n')
    .map((line) => line.trim())
    .find((line) => line !== '' && !line.startsWith('#'))
  if (name === undefined) return undefined
  if (!isHostname(name)) throw errors.badHostname(name)
  return name
}

function isHostname(name: string): boolean {
  return name.length <= 64 && name.split('.').every((label) => /^[a-z\d]([\w-]*[a-z\d])?$/i.test(label))
}
