import { afloatV1_0 } from './afloat/v1_0/variant.ts'
import { flatcarV1_0 } from './flatcar/v1_0/variant.ts'
import { flatcarV1_1 } from './flatcar/v1_1/variant.ts'
import type { Variant } from './variant.ts'

/** Every variant and version that compiles, oldest version first. */
export const variants: readonly Variant[] = [flatcarV1_0, flatcarV1_1, afloatV1_0]

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
