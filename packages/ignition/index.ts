export { checkApplied } from './applied.ts'
export { decodeBase64, encodeBase64 } from './base64.ts'
export type * from './config.ts'
export { configMeaning } from './config-meaning.ts'
export { base64DataUrl, decodeDataUrl, encodeDataUrl } from './data-url.ts'
export { embeddedBytes, type Gunzip } from './embedded-bytes.ts'
export { type IgnitionErrorCode, ignitionErrors, ownFindings } from './errors.ts'
export { formatIgnition } from './format-ignition.ts'
export { type ListKeys, listKeys } from './list-keys.ts'
export { mergeConfigs } from './merge-configs.ts'
export { type Container, mergeObjects } from './merge-objects.ts'
export {
  LARGEST_CONFIG,
  type ParsedIgnition,
  type ParseIgnitionOptions,
  parseIgnition,
} from './parse-ignition.ts'
export {
  AliasBudget,
  decode,
  isFilled,
  isObject,
  type ObjectValue,
  type ScalarRules,
  type Value,
} from './source/decode.ts'
export { decodeErrors } from './source/decode-errors.ts'
export { locate } from './source/locate.ts'
export {
  type AliasNode,
  type ListNode,
  type MapEntry,
  type MapNode,
  resolveAlias,
  type ScalarNode,
  type SourceNode,
} from './source/source-node.ts'
export {
  appendSpec,
  extendSpec,
  type FieldType,
  flag,
  integer,
  many,
  manyOrTexts,
  type ObjectShape,
  one,
  ROOT,
  type Spec,
  text,
  texts,
} from './spec.ts'
export { translateUp } from './translate-up.ts'
export { decodeText, decodeUtf8, encodeUtf8, utf8Length } from './utf8.ts'
export type { Add, Check } from './validate/check.ts'
export { cleanPath } from './validate/path.ts'
export { validateIgnition } from './validate/validate-ignition.ts'
export { findSpec, specs } from './versions.ts'
export { walkObjects } from './walk-objects.ts'
