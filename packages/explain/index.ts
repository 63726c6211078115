export { type ExplainOptions, explainConfig } from './explain-config.ts'
export type * from './explanation.ts'
export { formatExplanation } from './format-explanation.ts'
