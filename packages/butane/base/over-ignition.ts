import { findSpec, type ObjectShape } from '@afloat/ignition'
import { innerConfigCheck } from '../sugar/resource.ts'
import { butaneSpec } from '../translate/butane-spec.ts'
import type { Base } from '../variant.ts'

type Sugar = Readonly<Record<string, ObjectShape>>

/** A base with the fields, by object, that it adds to those of Ignition. */
export type BaseVersion = Base & { readonly sugar: Sugar }

type Changes = Partial<Pick<BaseVersion, 'sugar' | 'checks' | 'expand' | 'steps'>>

const nothing = { sugar: {}, checks: {}, expand: {}, steps: [] } as const

/** The next base: that of `earlier` over a later Ignition, with what it adds. Steps, where given, replace the earlier ones. */
export function overIgnition(
  ignitionVersion: string,
  number: string,
  earlier: Omit<BaseVersion, 'spec' | 'ignition'> = nothing,
  changes: Changes = {},
): BaseVersion {
  const ignition = findSpec(ignitionVersion)!
  const sugar = join(earlier.sugar, changes.sugar ?? {})
  return {
    spec: butaneSpec(ignition, number, sugar),
    ignition,
    sugar,
    checks: { ...earlier.checks, reference: innerConfigCheck(ignitionVersion), ...changes.checks },
    expand: { ...earlier.expand, ...changes.expand },
    steps: changes.steps ?? earlier.steps,
  }
}

function join(earlier: Sugar, added: Sugar): Sugar {
  const joined: Record<string, ObjectShape> = { ...earlier }
  for (const [object, fields] of Object.entries(added)) joined[object] = { ...joined[object], ...fields }
  return joined
}
