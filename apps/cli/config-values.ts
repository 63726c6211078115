import { type GivenValue, type GivenValues, parseValues, type ValueSource } from '@afloat/butane'
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
 * ones win. The environment is asked when it is known which names a config declares: for those only. Throws `config/bad-set`,
 * `config/bad-values`, `config/unreadable`.
 */
export function collectValues(
  { set = [], values = [] }: ValueOptions = {},
  env: NodeJS.ProcessEnv = process.env,
): ValueSource & ((declared: readonly string[]) => GivenValues) {
  const ofFiles = values.flatMap((file) =>
    Array.from(parseValues(readConfig(file), file), ([name, value]) => given(name, value, `"${file}"`)),
  )
  const ofCommand = set.map((text) => {
    const [, name, value] = /^([^=]+)=([\s\S]*)$/.exec(text) ?? []
    if (name === undefined || value === undefined)
      throw new AfloatError('config/bad-set', `Cannot read --set "${text.slice(0, 80)}": expected NAME=VALUE`)
    return given(name, value, '--set')
  })
  return (declared) => {
    const ofEnvironment = declared.flatMap((name) => {
      const key = `${prefix}${name.toUpperCase()}`
      const value = env[key]
      return value === undefined ? [] : [given(name, value, key)]
    })
    return new Map([...ofFiles, ...ofEnvironment, ...ofCommand])
  }
}

function given(name: string, value: GivenValue['value'], from: string): readonly [string, GivenValue] {
  return [name, { value, from }]
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
