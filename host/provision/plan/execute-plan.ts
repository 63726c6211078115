import type { Sys } from '../../sys/sys.ts'
import { atPlace } from '../errors.ts'
import { checkHostname } from '../hostname/check-hostname.ts'
import { installKeys } from '../passwd/install-keys.ts'
import { setPassword } from '../passwd/set-password.ts'
import { applyDirectory } from '../storage/apply-directory.ts'
import { applyFile } from '../storage/apply-file.ts'
import { applyLink } from '../storage/apply-link.ts'
import { setUnitState } from '../systemd/set-unit-state.ts'
import { unmaskUnit } from '../systemd/unmask-unit.ts'
import { formatStep } from './format-step.ts'
import type { Step, StepOf } from './step.ts'

/** Carries out a plan, logging each step before it. The first failure ends it, and names the place in the config. */
export function executePlan(sys: Sys, plan: readonly Step[]): void {
  for (const step of plan) {
    sys.log(`+ ${formatStep(step)}`)
    try {
      execute(sys, step)
    } catch (error) {
      throw atPlace(error, step.place)
    }
  }
}

type Executors = { [Kind in Step['kind']]: (sys: Sys, step: StepOf<Kind>) => void }

const executors: Executors = {
  command: (sys, { argv }) => void sys.mustRun(argv),
  'set-password': setPassword,
  'install-keys': installKeys,
  directory: applyDirectory,
  file: applyFile,
  link: applyLink,
  unmask: unmaskUnit,
  'enable-unit': setUnitState,
  'disable-unit': setUnitState,
  'check-hostname': (sys) => void checkHostname(sys),
}

function execute<Kind extends Step['kind']>(sys: Sys, step: StepOf<Kind>): void {
  const executor: (sys: Sys, step: StepOf<Kind>) => void = executors[step.kind as Kind]
  executor(sys, step)
}
