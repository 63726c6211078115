import { extendSpec, ROOT } from '@afloat/ignition'
import { v0_5 } from '../../base/versions.ts'
import type { Variant } from '../../variant.ts'
import { checkAfloat, checkContainer } from './check.ts'
import { checkHealth, checkUpdates } from './check-updates.ts'
import { addContainers, addHostname } from './expand.ts'
import { addUpdates } from './expand-updates.ts'
import { afloatSugar } from './schema.ts'

/** Base 0.5 with a hostname, containers and updates; refuses what Afloat would leave undone. */
export const afloatV1_0: Variant = {
  ...v0_5,
  name: 'afloat',
  version: '1.0.0',
  spec: extendSpec(v0_5.spec, '1.0.0', afloatSugar),
  checks: {
    ...v0_5.checks,
    [ROOT]: checkAfloat,
    container: checkContainer,
    updates: checkUpdates,
    health_check: checkHealth,
  },
  steps: [...v0_5.steps, addHostname, addContainers, addUpdates],
  forbidden: {},
  strict: true,
  variables: true,
}
