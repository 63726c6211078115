import { SHORT_OPTIONS, SWITCH_OPTIONS, VALUE_OPTIONS } from './podman-options.ts'

/** What the arguments of `podman create` mean, as far as it can be told without podman. */
export interface ContainerArguments {
  /** Undefined if there is none, or if it cannot be told because an option is not known. */
  readonly image?: string
  readonly command: readonly string[]
  readonly options: readonly ContainerOption[]
  /** How many arguments come before the image, or before the option that is not known. */
  readonly length: number
  /** The option at which reading stopped. */
  readonly unknownOption?: string
}

export interface ContainerOption {
  /** The long one. */
  readonly name: string
  /** `true` for a switch that is given none. */
  readonly value: string
  /** Which argument it is in. */
  readonly at: number
}

/** Reads arguments as podman does: options, then the image, then its command. */
export function readContainer(args: readonly string[]): ContainerArguments {
  const options: ContainerOption[] = []
  let at = 0
  while (at < args.length && /^-./.test(args[at]!) && args[at] !== '--') {
    const word = args[at]!
    const found = word.startsWith('--') ? readLong(word) : readShort(word)
    if (found === undefined) return { options, command: [], length: at, unknownOption: word }
    const start = at++
    for (const { name, value } of found)
      options.push({
        name,
        value: value ?? (SWITCH_OPTIONS.has(name) ? 'true' : (args[at++] ?? '')),
        at: start,
      })
  }
  if (args[at] === '--') at++
  const image = args[at]
  at = Math.min(at, args.length)
  return { options, command: args.slice(at + 1), length: at, ...(image === undefined ? {} : { image }) }
}

/** Options of one argument; a value that is not there is in the next. */
type Found = readonly { readonly name: string; readonly value?: string }[]

function readLong(word: string): Found | undefined {
  const [, name = '', value] = /^--([^=]+)(?:=(.*))?$/s.exec(word) ?? []
  if (!SWITCH_OPTIONS.has(name) && !VALUE_OPTIONS.has(name)) return undefined
  return [{ name, ...(value === undefined ? {} : { value }) }]
}

/** `-ti`, `-eA=b`, `-e=A=b`, `-e` */
function readShort(word: string): Found | undefined {
  const found: { name: string; value?: string }[] = []
  for (let at = 1; at < word.length; at++) {
    const name = SHORT_OPTIONS.get(word[at]!)
    if (name === undefined) return undefined
    if (VALUE_OPTIONS.has(name)) {
      const value = word.slice(at + 1).replace(/^=/, '')
      return [...found, { name, ...(value === '' ? {} : { value }) }]
    }
    found.push({ name })
  }
  return found
}
