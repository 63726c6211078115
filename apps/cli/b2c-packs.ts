import { type PackName, packNames } from '@afloat/build/boot2container/packs'
import { InvalidArgumentError } from 'commander'

/** Reads names of packs, separated by commas. */
export function readPacks(text: string): PackName[] {
  return text.split(',').map((name) => {
    const known = packNames.find((pack) => pack === name)
    if (known === undefined)
      throw new InvalidArgumentError(`There is no pack "${name}". Packs are ${packNames.join(', ')}`)
    return known
  })
}
