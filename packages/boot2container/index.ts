export { type CheckedCmdline, checkCmdline } from './check/check-cmdline.ts'
export { LONGEST_CMDLINE } from './check/check-kernel.ts'
export { type CheckOptions, checkPipeline } from './check/check-pipeline.ts'
export {
  CACHE_LABEL,
  type CacheDevice,
  type Container,
  type ExtraArgs,
  type Filesystem,
  type ImagePolicy,
  type Interface,
  type OnFinish,
  type PipelineConfig,
  type PullPolicy,
  type ReportSink,
  type Route,
  type S3Alias,
  type Secret,
  type SecretSource,
  type SyncCondition,
  type Volume,
} from './config.ts'
export { describePipeline, type PipelineStep } from './describe-pipeline.ts'
export type { PipelineStatus, StageEvent } from './events.ts'
export { type FormatOptions, type FormattedCmdline, formatCmdline } from './format-cmdline.ts'
export { formatArgument } from './format-parameters.ts'
export { type Field as ParameterField, Located } from './located.ts'
export {
  LONGEST_EXTRA_ARGUMENTS,
  type ParsedPipeline,
  type Place,
  type PlacedFinding,
  parsePipeline,
  redact,
} from './parse-pipeline.ts'
export { formatSize, parseSize } from './parse-size.ts'
export { type ContainerArguments, type ContainerOption, readContainer } from './read-container.ts'
export { type Parameter, readParameters } from './read-parameters.ts'
export { REPORT_PORT } from './read-sinks.ts'
export {
  formatArguments,
  formatSignedArguments,
  parseSignedArguments,
  type SignedArguments,
} from './signed-arguments.ts'
