import type { Issue } from '@afloat/report'
import type { PipelineConfig } from '../config.ts'
import { checkContainers, checkPolicy } from './check-containers.ts'
import { checkNetwork, checkRest } from './check-network.ts'
import { checkSecrets } from './check-secrets.ts'
import { checkCache, checkVolumes } from './check-storage.ts'
import type { PipelineRule } from './checker.ts'

const RULES: readonly PipelineRule[] = [
  checkNetwork,
  checkCache,
  checkVolumes,
  checkSecrets,
  checkContainers,
  checkPolicy,
  checkRest,
]

export interface CheckOptions {
  /** Whether there are no extra arguments, or they are read already. Default: whether there is no URL for such. */
  readonly isComplete?: boolean
}

/**
 * Finds what can be known to be wrong before a machine boots. Paths are those of the config, or the parameter, as in
 * `b2c.swap`; `ParsedPipeline.place()` knows where either stands. An error is what the machine would fail of; a warning
 * what is likely not meant.
 */
export function checkPipeline(config: PipelineConfig, options: CheckOptions = {}): Issue[] {
  const { isComplete = config.extraArgs === undefined } = options
  const issues: Issue[] = []
  for (const rule of RULES)
    rule(config, (severity, path, found) => issues.push({ ...found, severity, path }), isComplete)
  return issues
}
