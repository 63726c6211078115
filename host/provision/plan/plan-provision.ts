import type { IgnitionConfig } from '@afloat/ignition'
import { type Accounts, withConfigAccounts } from '../passwd/accounts.ts'
import { planGroupRemovals, planGroups } from '../passwd/plan-groups.ts'
import { planUsers } from '../passwd/plan-users.ts'
import { planStorage } from '../storage/plan-storage.ts'
import { planUnitFiles, planUnitStates } from '../systemd/plan-units.ts'
import type { Step } from './step.ts'

/**
 * Returns what to do to a machine, in order, to make it what a valid config says. `accounts` are those of its image.
 * Pure. Throws for names of users and groups that will not exist, so that a plan either stands or was never begun.
 */
export function planProvision(config: IgnitionConfig, accounts: Accounts): Step[] {
  const later = withConfigAccounts(accounts, config)
  return [
    ...planGroups(config, accounts),
    ...planUsers(config, accounts, later),
    ...planGroupRemovals(config, accounts),
    ...planStorage(config, later),
    ...planUnitFiles(config),
    { kind: 'check-hostname', place: '/etc/hostname' },
    ...planUnitStates(config),
  ]
}
