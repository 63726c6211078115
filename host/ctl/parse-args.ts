import { nearestName } from '@afloat/report'
import type { Command, Input } from './command.ts'

export type Parsed =
  | { readonly kind: 'run'; readonly command: Command; readonly input: Input }
  | { readonly kind: 'help'; readonly command: Command | undefined }
  | { readonly kind: 'version' }
  | { readonly kind: 'error'; readonly message: string; readonly hint: string }

const everywhere = ['--json', '--help']

/** Reads the words after `afloatctl`. */
export function parseArgs(commands: readonly Command[], args: readonly string[]): Parsed {
  const [first, ...others] = args
  if (first === undefined || first === '--help' || first === '-h') return { kind: 'help', command: undefined }
  if (first === '--version') return { kind: 'version' }
  const find = (name: string) => commands.find((command) => command.name === name)
  if (first === 'help') {
    const [topic] = others
    if (topic === undefined) return { kind: 'help', command: undefined }
    const command = find(topic)
    return command === undefined ? unknown('command', topic, namesOf(commands)) : { kind: 'help', command }
  }
  const command = find(first)
  if (command !== undefined) return parseOptions(command, others)
  return unknown(first.startsWith('-') ? 'option' : 'command', first, namesOf(commands))
}

function parseOptions(command: Command, words: readonly string[]): Parsed {
  const options = new Map<string, string>()
  const left = [...words]
  for (let word = left.shift(); word !== undefined; word = left.shift()) {
    if (word === '--help' || word === '-h') return { kind: 'help', command }
    if (word === '--' && command.takesRest === true) return run(command, options, left)
    const [name = '', given] = splitOption(word)
    const known = command.options.find((option) => option.name === name)
    if (known === undefined && name !== '--json') {
      const names = [...command.options.map((option) => option.name), ...everywhere]
      return unknown(word.startsWith('-') ? 'option' : 'argument', name, names, command)
    }
    const takesValue = known?.value !== undefined
    if (!takesValue && given !== undefined) return usage(`Option "${name}" takes no value`, command)
    const value = takesValue ? (given ?? left.shift()) : ''
    if (value === undefined) return usage(`Option "${name}" needs ${known?.value}`, command)
    options.set(name.slice(2), value)
  }
  return run(command, options, [])
}

function splitOption(word: string): [string, string | undefined] {
  const at = word.startsWith('--') ? word.indexOf('=') : -1
  return at < 0 ? [word, undefined] : [word.slice(0, at), word.slice(at + 1)]
}

function run(command: Command, options: Map<string, string>, rest: readonly string[]): Parsed {
  return { kind: 'run', command, input: { json: options.delete('json'), options, rest } }
}

function namesOf(commands: readonly Command[]): string[] {
  return [...commands.map(({ name }) => name), 'help', '--help', '--version']
}

function unknown(what: string, name: string, known: readonly string[], command?: Command): Parsed {
  const nearest = nearestName(name, known)
  const message = `Unknown ${what} "${name}"`
  if (nearest !== undefined) return { kind: 'error', message, hint: `Did you mean "${nearest}"?` }
  return usage(message, command)
}

function usage(message: string, command: Command | undefined): Parsed {
  return {
    kind: 'error',
    message,
    hint: `See afloatctl ${command === undefined ? '' : `${command.name} `}--help`,
  }
}
