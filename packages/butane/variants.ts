import { afloatV1_0 } from './afloat/v1_0/variant.ts'
import { fcos } from './fcos/variants.ts'
import { fiot } from './fiot/variants.ts'
import { flatcar } from './flatcar/variants.ts'
import { openshift } from './openshift/variants.ts'
import { r4e } from './r4e/variants.ts'
import type { Variant } from './variant.ts'

/** Every variant and version that compiles, oldest version first. */
export const variants: readonly Variant[] = [...flatcar, afloatV1_0, ...fcos, ...openshift, ...r4e, ...fiot]

export function findVariant(name: string, version: string): Variant | undefined {
  return variants.find((variant) => variant.name === name && variant.version === version)
}

/** `flatcar 1.0.0, flatcar 1.1.0, afloat 1.0.0` */
export function listVariants(): string {
  return variants.map(({ name, version }) => `${name} ${version}`).join(', ')
}

/** The version of the same variant that knows a key which `variant` does not. */
export function laterVersion(variant: Variant, object: string, key: string): string | undefined {
  const later = variants.slice(variants.indexOf(variant) + 1)
  return later.find(
    ({ name, spec }) => name === variant.name && Object.hasOwn(spec.objects[object] ?? {}, key),
  )?.version
}
