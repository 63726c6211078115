export { declaredVariables, parseValues } from './afloat/v1_0/values.ts'
export type { GivenValue, GivenValues, ValueSource } from './afloat/v1_0/variables.ts'
export {
  type Compiled,
  type CompileOptions,
  compileConfig,
  type FailedStage,
  type Target,
} from './compile-config.ts'
export { decompileVariants } from './decompile/choose-variant.ts'
export { type Decompiled, type DecompileOptions, decompileConfig } from './decompile/decompile-config.ts'
export { type ButaneErrorCode, butaneErrors } from './errors.ts'
export { type FormattedYaml, formatYaml } from './format/format-yaml.ts'
export type { IncludedFile, IncludeFiles } from './include/include-files.ts'
export { includedTexts } from './include/included-texts.ts'
export type { LocalFiles, TreeEntry } from './translate/local-files.ts'
export type { PipelineOf, Variant } from './variant.ts'
export { findVariant, variants } from './variants.ts'
