export { type UnitErrorCode, unitErrors } from './errors.ts'
export { formatUnit } from './format-unit.ts'
export {
  type ParsedEntry,
  type ParsedSection,
  type ParsedUnit,
  parseUnit,
  type UnitIssue,
} from './parse-unit.ts'
export {
  hasSection,
  type UnitEntry,
  type UnitFile,
  type UnitSection,
  unitValue,
  unitValues,
} from './unit-file.ts'
export { escapeUnitPath, hasUnitNameForm, nameExtension, templateOf, UNIT_TYPES } from './unit-name.ts'
export { formatWord, formatWords, splitWords } from './words.ts'
