import { finding } from '@afloat/report'

/** What can keep an Ignition config from becoming a file of a variant, beside what the variant refuses. */
export const decompileErrors = {
  refusedHint: 'Use another variant: fcos takes all that Ignition has',
  variantUnknown: (name: string, known: readonly string[]) =>
    finding(
      'butane/decompile-variant-unknown',
      `Unknown variant "${name}"`,
      `Use one of: ${known.join(', ')}`,
    ),
  wrapped: (name: string) =>
    finding(
      'butane/decompile-wrapped',
      `Variant ${name} needs the name and role of a MachineConfig, which Ignition does not hold`,
      'Use variant fcos, then change the variant and add metadata',
    ),
  versionTooNew: (name: string, newest: string) =>
    finding(
      'butane/decompile-version-too-new',
      `Variant ${name} makes at most Ignition ${newest}`,
      'Use variant fcos',
    ),
  versionRaised: (from: string, to: string, variant: string) =>
    finding(
      'butane/decompile-version-raised',
      `Ignition ${from} becomes ${to}, the earliest that variant ${variant} makes`,
    ),
  specialModeWakes: (from: string, to: string) =>
    finding(
      'butane/decompile-special-mode',
      `Special mode bits have no effect in Ignition ${from}, but would in ${to}`,
      'Use a variant for the same Ignition version, such as fcos',
    ),
  differs: () =>
    finding(
      'butane/decompile-differs',
      'Cannot write this config in YAML: it would not compile to the same',
      'Report this as a bug, with the config',
    ),
}
