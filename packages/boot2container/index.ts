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
