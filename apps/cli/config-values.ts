import { declaredVariables, type GivenValue, type GivenValues, parseValues } from '@afloat/butane'
import { AfloatError } from '@afloat/report'
import type { Command } from 'commander'
import { readConfig } from './read-config.ts'

const prefix = 'AFLOAT_VAR_'

/** What a person gives variables of a config by. */
export interface ValueOptions {
  /** `NAME=VALUE` each. */
  readonly set?: readonly string[]
  /** YAML files with names and values. */
  readonly values?: readonly string[]
}

/**
 * Collects the values of variables: of files, then of the environment (`AFLOAT_VAR_NAME`), then of the command line; later
 * ones win. `names` are those that a config declares: only they are looked for in the environment. Throws
 * `config/bad-set`, `config/bad-values`, `config/unreadable`.
 */
export function collectValues(
  { set = [], values = [] }: ValueOptions,
  names: readonly string[],
  env: NodeJS.ProcessEnv,
): GivenValues {
  const given = new Map<string, GivenValue>()
  for (const file of values)
    for (const [name, value] of parseValues(readConfig(file), file))
      given.set(name, { value, from: `"${file}"` })
  for (const name of names) {
    const key = `${prefix}${name.toUpperCase()}`
    const value = env[key]
    if (value !== undefined) given.set(name, { value, from: key })
  }
  for (const text of set) {
    const [, name, value] = /^([^=]+)=([\s\S]*)$/.exec(text) ?? []
    if (name === undefined || value === undefined)
      throw new AfloatError('config/bad-set', `Cannot read --set "${text.slice(0, 80)}": expected NAME=VALUE`)
    given.set(name, { value, from: '--set' })
  }
  return given
}

/** The values for a config, from these options and the environment. Throws as `collectValues` does. */
export function valuesFor(text: string, options: ValueOptions): GivenValues {
  return collectValues(options, declaredVariables(text), process.env)
}

/** Options of the commands that compile a config. */
export function valueOptions(command: Command): Command {
  return command
    .option('--set <NAME=VALUE>', 'value of a variable of the config; may be repeated', collect)
    .option('--values <FILE>', 'YAML file with values of variables; may be repeated', collect)
}

function collect(value: string, earlier: readonly string[] = []): string[] {
  return [...earlier, value]
}
