export type {
  CacheDevice,
  Container,
  ExtraArgs,
  Filesystem,
  ImagePolicy,
  Interface,
  OnFinish,
  PipelineConfig,
  PullPolicy,
  ReportSink,
  Route,
  S3Alias,
  Secret,
  SecretSource,
  SyncCondition,
  Volume,
} from './config.ts'
export type { PipelineStatus, StageEvent } from './events.ts'
export {
  LONGEST_EXTRA_ARGUMENTS,
  type ParsedPipeline,
  type Place,
  type PlacedFinding,
  parsePipeline,
  redact,
} from './parse-pipeline.ts'
