import { extendSpec, ROOT } from '@afloat/ignition'
import { v0_5 } from '../../base/versions.ts'
import type { Variant } from '../../variant.ts'
import { bootContainersChecks, hasBootContainers, readBootContainers } from './boot-containers.ts'
import { checkAfloat, checkContainer } from './check.ts'
import { checkExtension } from './check-extensions.ts'
import { checkLimits } from './check-limits.ts'
import { checkNetwork } from './check-networks.ts'
import { checkProbe } from './check-probe.ts'
import { checkHealth, checkUpdates } from './check-updates.ts'
import { checkVolume } from './check-volumes.ts'
import { checkWindow } from './check-windows.ts'
import { addHostname } from './expand.ts'
import { addContainers } from './expand-containers.ts'
import { addExtensions } from './expand-extensions.ts'
import { addUpdates } from './expand-updates.ts'
import { afloatSugar } from './schema.ts'

/** Base 0.5 with a hostname, containers, extensions and updates; refuses what Afloat would leave undone. */
export const afloatV1_0: Variant = {
  ...v0_5,
  name: 'afloat',
  version: '1.0.0',
  spec: extendSpec(v0_5.spec, '1.0.0', afloatSugar),
  checks: {
    ...v0_5.checks,
    ...bootContainersChecks,
    [ROOT]: checkAfloat,
    container: checkContainer,
    health_probe: checkProbe,
    limits: checkLimits,
    volume: checkVolume,
    network: checkNetwork,
    extension: checkExtension,
    updates: checkUpdates,
    health_check: checkHealth,
    window: checkWindow,
  },
  steps: [...v0_5.steps, [addHostname, addContainers, addExtensions, addUpdates]],
  forbidden: {},
  strict: true,
  variables: true,
  includes: true,
  pipeline: { has: hasBootContainers, read: readBootContainers },
}
