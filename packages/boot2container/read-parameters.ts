import { Draft } from './draft.ts'
import { readErrors as errors } from './errors.ts'
import { type Field, Located, splitFields } from './located.ts'
import { OPTIONS, type Option, optionNames } from './options.ts'
import { hideSecret } from './read-values.ts'
import { SIGNATURE } from './signed-arguments.ts'

/** A `b2c.` parameter, wherever it stands. */
export interface Parameter {
  /** As it is written, with `b2c.`. */
  readonly name: string
  readonly spot: number
  readonly value?: Located
  /** Instead of a value, where fields need not be split. */
  readonly fields?: readonly Field[]
  /** Whether it stands in the extra arguments. */
  readonly isExtra?: boolean
}

/** Reads parameters in their order: lists grow, of others the last one counts. */
export function readParameters(parameters: Iterable<Parameter>): Draft {
  const draft = new Draft()
  const seen = new Set<Option>()
  for (const parameter of parameters) {
    const { name, spot, isExtra = false } = parameter
    const option = BY_NAME.get(name)
    if (isExtra && name === SIGNATURE) continue
    if (option === undefined) {
      // A mistyped b2c.minio holds a secret too, even one without "=".
      const shown = /^[\w.-]*/.exec(name)![0]
      draft.error(spot, errors.unknownParameter(shown, draft.suggest(shown, BY_NAME.keys())))
      if (shown !== name) draft.secretSpots.push({ from: spot + shown.length, to: spot + name.length })
      if (parameter.value) hideSecret(draft, parameter.value)
    } else if (isExtra && option.name.startsWith('extra_args_'))
      draft.warn(spot, errors.notInExtraArguments(name))
    else {
      if (seen.has(option) && option.repeatable !== true) draft.warn(spot, errors.givenTwice(name))
      seen.add(option)
      apply(draft, option, parameter)
    }
  }
  if (draft.argumentsKeys.length > 0 && draft.config.extraArgs === undefined)
    draft.warn(draft.spotOf(['b2c.extra_args_key']) ?? 0, errors.keyWithoutArguments())
  return draft
}

const BY_NAME: ReadonlyMap<string, Option> = new Map(
  OPTIONS.flatMap((option) => optionNames(option).map((name) => [name, option] as const)),
)

function apply(draft: Draft, option: Option, { name, spot, value, fields }: Parameter): void {
  draft.place([`b2c.${option.name}`], spot)
  if (option.kind === 'value' && option.resets !== undefined) draft.reset(option.resets)
  const filled = value === undefined || value.text === '' ? undefined : value
  if (option.kind === 'flag') option.set(draft, value)
  else if (option.kind === 'arguments') option.set(draft, value ?? new Located('', () => spot), spot)
  else if (option.kind === 'fields' && fields !== undefined) option.set(draft, fields, spot)
  else if (filled === undefined) draft.error(spot, errors.valueMissing(name))
  else if (option.kind === 'value') option.set(draft, filled)
  else option.set(draft, splitFields(filled, option.places), spot)
}
