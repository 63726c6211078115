import { findSpec, type Spec, specs } from '@afloat/ignition'
import type { Finding } from '@afloat/report'
import type { Variant } from '../variant.ts'
import { variants } from '../variants.ts'
import { decompileErrors as errors } from './errors.ts'

/**
 * The version of a variant to write a config of an Ignition spec in: the earliest spec it can make that is not below, and
 * of several versions for that the newest. Without a name it is flatcar for a spec that a stable version of flatcar makes,
 * else fcos.
 */
export function chooseVariant(spec: Spec, name?: string): Variant | Finding {
  if (name === undefined) {
    const inFlatcar = variants.some(
      (variant) => variant.name === 'flatcar' && isStable(variant) && variant.ignition === spec,
    )
    return chooseVariant(spec, inFlatcar ? 'flatcar' : 'fcos')
  }
  const known = variants.filter((variant) => variant.name === name)
  if (known.length === 0) return errors.variantUnknown(name, decompileVariants)
  if (known.some(({ machineConfig }) => machineConfig)) return errors.wrapped(name)
  const able = known.filter(({ ignition }) => rank(ignition) >= rank(spec))
  const lowest = Math.min(...able.map(({ ignition }) => rank(ignition)))
  return (
    able.findLast(({ ignition }) => rank(ignition) === lowest) ??
    errors.versionTooNew(name, known.at(-1)!.ignition.version)
  )
}

/** Names of the variants that an Ignition config can become. */
export const decompileVariants: readonly string[] = [
  ...new Set(variants.filter(({ machineConfig }) => !machineConfig).map(({ name }) => name)),
]

function isStable({ version }: Variant): boolean {
  return !version.includes('-')
}

/** Place of a spec among all, oldest first. */
export function rank({ version }: Spec): number {
  return specs.indexOf(findSpec(version)!)
}
