import { LONGEST_CMDLINE } from '@afloat/boot2container'
import { InvalidArgumentError, Option } from 'commander'

/** How long a command line may be: kernels differ, and boot loaders add words of their own. */
export function limitOption(description: string): Option {
  return new Option('--limit <BYTES>', description).default(LONGEST_CMDLINE).argParser((text) => {
    if (!/^[1-9]\d{0,5}$/.test(text)) throw new InvalidArgumentError('Expected a number of bytes')
    return Number(text)
  })
}
