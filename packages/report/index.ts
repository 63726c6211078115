export { AfloatError } from './afloat-error.ts'
export {
  type Diagnostic,
  type Finding,
  finding,
  type Issue,
  type Position,
  type Severity,
} from './diagnostic.ts'
export { formatDiagnostic } from './format-diagnostic.ts'
export { formatRaw } from './format-raw.ts'
export { formatReference } from './format-reference.ts'
export { LineIndex } from './line-index.ts'
export { editDistance, nearestName } from './nearest-name.ts'
export { formatPath, type Path } from './path.ts'
export { type IssueSource, Report } from './report.ts'
export { wordLength } from './word-length.ts'
